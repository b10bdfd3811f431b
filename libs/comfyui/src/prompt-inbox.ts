import type { ComfyClient } from './comfy-client.js';
import type { SocketMessage } from './comfy-socket.js';

/**
 * The socket's frames about one prompt and about the queue, in order, from the moment it is made: make it before the
 * prompt is submitted, for a cached prompt is over within 2 ms. Frames of other prompts, and others that name none,
 * are left out: ComfyUI also broadcasts prompts of others.
 */
export class PromptInbox {
  /** Changes when an old server (before v0.3.45) gives the prompt an id of its own. */
  promptId: string;
  private readonly messages: SocketMessage[] = [];
  private wake: (() => void) | null = null;
  private readonly stop: () => void;

  constructor(client: ComfyClient, promptId: string) {
    this.promptId = promptId;
    this.stop = client.listen((message) => {
      if (!this.isWanted(message)) return;
      this.messages.push(message);
      this.wake?.();
    });
  }

  /** How many messages wait to be taken. */
  get length(): number {
    return this.messages.length;
  }

  /** Lets a `take` that waits return null now. */
  nudge(): void {
    this.wake?.();
  }

  /** The next message, or null after `waitMs`. Rejects with the signal's reason. */
  async take(waitMs: number, signal?: AbortSignal): Promise<SocketMessage | null> {
    signal?.throwIfAborted();
    if (this.messages.length === 0) await this.wait(waitMs, signal);
    signal?.throwIfAborted();
    return this.messages.shift() ?? null;
  }

  close(): void {
    this.stop();
  }

  private isWanted(message: SocketMessage): boolean {
    if (message.kind === 'closed' || message.promptId === this.promptId) return true;
    return message.kind === 'event' && message.event.type === 'status';
  }

  private wait(waitMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        this.wake = null;
        resolve();
      };
      // Longer ones would be over at once (Node.js: 2^31 - 1 ms).
      const timer = setTimeout(finish, Math.min(Math.max(0, waitMs), 2_147_483_647));
      signal?.addEventListener('abort', finish);
      this.wake = finish;
    });
  }
}
