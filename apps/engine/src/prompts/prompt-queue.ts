import type { QueueItem } from '@app/comfyui';

/**
 * The prompts that wait and the one that runs. The lowest number goes first, equal numbers in order of arrival.
 * (A real server compares equal numbers by prompt id, and its worker dies when the ids are equal as well.)
 */
export class PromptQueue {
  private pending: QueueItem[] = [];
  private running: QueueItem | undefined;
  private nextNumber = 0;

  /** `onChange` is called after each change; clients are told the new length then. */
  constructor(private readonly onChange: () => void) {}

  /** Running and pending prompts together. */
  get length(): number {
    return this.pending.length + (this.running ? 1 : 0);
  }

  get current(): QueueItem | undefined {
    return this.running;
  }

  get waiting(): readonly QueueItem[] {
    return this.pending;
  }

  /** The number of a prompt that brings none. Refused prompts use numbers up, too. */
  takeNumber(front: boolean): number {
    const number = this.nextNumber++;
    return front ? 0 - number : number;
  }

  add(item: QueueItem): void {
    const after = this.pending.findIndex((other) => other[0] > item[0]);
    this.pending.splice(after === -1 ? this.pending.length : after, 0, item);
    this.onChange();
  }

  /** Moves the next prompt from pending to running. */
  start(): QueueItem | undefined {
    this.running = this.pending.shift();
    if (this.running) this.onChange();
    return this.running;
  }

  finish(): void {
    this.running = undefined;
    this.onChange();
  }

  /** Drops one pending prompt of this id. False if there is none. */
  remove(promptId: string): boolean {
    const index = this.pending.findIndex((item) => item[1] === promptId);
    if (index === -1) return false;
    this.pending.splice(index, 1);
    this.onChange();
    return true;
  }

  /** Drops all pending prompts. The running one is not touched. */
  clear(): void {
    this.pending = [];
    this.onChange();
  }
}
