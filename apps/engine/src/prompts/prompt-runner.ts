import type { FreeRequest, QueueItem } from '@app/comfyui';
import type { Logger } from '@app/runtime';
import type { EventSink } from './event-sink.js';
import { executePrompt, type ExecutionScope } from './execute-prompt.js';
import type { PromptHistory } from './prompt-history.js';
import type { PromptQueue } from './prompt-queue.js';
import { PromptReporter } from './prompt-reporter.js';
import type { PromptTraces } from './prompt-traces.js';

/** Runs the prompts of the queue one after the other, for as long as there are any. */
export class PromptRunner {
  private controller: AbortController | undefined;
  private currentNode: string | undefined;
  private working: Promise<void> | undefined;
  private freeMemory = false;
  private closed = false;

  constructor(
    private readonly queue: PromptQueue,
    private readonly history: PromptHistory,
    private readonly scope: ExecutionScope,
    private readonly sink: EventSink,
    private readonly logger: Logger,
    private readonly traces: PromptTraces,
  ) {}

  /** To be called after a prompt was added. */
  wake(): void {
    this.working ??= this.work().finally(() => {
      this.working = undefined;
      if (this.queue.waiting.length > 0 && !this.closed) this.wake();
    });
  }

  /**
   * Interrupts the prompt that runs; with an id only if that is the one. A node that listens stops at once, another
   * runs to its end first. False if there was nothing to interrupt.
   */
  interrupt(promptId?: string): boolean {
    const running = this.queue.current;
    if (!running || !this.controller || (promptId !== undefined && running[1] !== promptId)) return false;
    this.controller.abort(new Error('interrupted'));
    return true;
  }

  /** The node that runs now, for the client that submitted its prompt. */
  nodeOf(clientId: string): string | undefined {
    return this.queue.current?.[3].client_id === clientId ? this.currentNode : undefined;
  }

  /** Drops cached results when the current prompt is done. There are no models to unload besides. */
  free(request: Partial<FreeRequest>): void {
    this.freeMemory ||= request.free_memory === true;
    if (!this.working) this.applyFree();
  }

  /** Interrupts what runs and starts nothing more. Resolves when the current node has ended. */
  async close(): Promise<void> {
    this.closed = true;
    this.interrupt();
    await this.working;
  }

  private async work(): Promise<void> {
    // The answer to POST /prompt leaves first, as it mostly does on a real server.
    await new Promise(setImmediate);
    for (;;) {
      this.applyFree();
      const item = this.closed ? undefined : this.queue.start();
      if (!item) return;
      await this.traces.run(item, () => this.runOne(item));
    }
  }

  private async runOne(item: QueueItem): Promise<void> {
    const controller = new AbortController();
    this.controller = controller;
    const reporter = new PromptReporter(item, this.sink);
    const logger = this.logger.child({ promptId: item[1] });
    const startedAt = Date.now();
    try {
      const outcome = await executePrompt(item, this.scope, {
        reporter,
        signal: controller.signal,
        onNode: (id) => (this.currentNode = id),
      });
      if (outcome.state === 'error') logger.warn({ err: outcome.cause }, 'a node failed');
      logger.info({ state: outcome.state, tookMs: Date.now() - startedAt }, 'prompt ended');
    } catch (error) {
      logger.error({ err: error }, 'the prompt could not be run');
      reporter.failed({
        node_id: '',
        node_type: '',
        executed: [],
        exception_message: 'The engine failed; its log has the reason.\n',
        exception_type: 'RuntimeError',
        traceback: [],
        current_inputs: {},
        current_outputs: [],
      });
    }
    this.controller = undefined;
    this.currentNode = undefined;
    this.history.add(reporter.historyEntry());
    this.queue.finish();
    reporter.ended();
  }

  private applyFree(): void {
    if (this.freeMemory) this.scope.cache.clear();
    this.freeMemory = false;
  }
}
