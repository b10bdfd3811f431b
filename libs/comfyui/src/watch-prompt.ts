import { TaskFailure } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';
import type { SocketMessage } from './comfy-socket.js';
import { engineVanished } from './engine-vanished.js';
import { PromptDeadlines, type PromptLimits } from './prompt-deadlines.js';
import { failureFromExecutionError } from './prompt-errors.js';
import type { PromptInbox } from './prompt-inbox.js';
import { PromptProgressCounter, type PromptProgress } from './prompt-progress.js';
import { readPromptStatus } from './prompt-status.js';
import type { ComfyEvent, ComfyGraph, HistoryEntry } from './protocol.js';
import type { AcceptedPrompt } from './submit-prompt.js';

export interface WatchRequest {
  graph: ComfyGraph;
  limits: PromptLimits;
  /** How long the engine may give no answer before the prompt is given up. */
  unreachableMs: number;
  signal: AbortSignal | undefined;
  onProgress: ((progress: PromptProgress) => void) | undefined;
}

/** A limit of the prompt was passed; the prompt is still in the engine. */
export class LimitPassed extends Error {
  override readonly name = 'LimitPassed';
}

/** Polling while the socket cannot help. */
const FAST_POLL_MS = 1_000;
/** Polling while it can, only against a lost frame; the pause doubles up to the longest. */
const SLOW_POLL_MS = 5_000;
const SLOWEST_POLL_MS = 30_000;
/** A socket without even the `status` frames that every submission causes by then is deaf. */
const DEAF_AFTER_MS = 3_000;
/**
 * `execution_success` comes before the history is written, `executing` without a node after it (ComfyUI v0.27.1:
 * 31 of 60 and 0 of 60 reads at that moment found nothing). So the former only sets an alarm.
 */
const HISTORY_WRITTEN_AFTER_MS = 300;
/** First pause when the history is later than that; doubles up to the fast poll. */
const HISTORY_RETRY_MS = 100;

/** Watches one accepted prompt until it is in the history: frames are the hint, polling is the truth. */
export class PromptWatch {
  private readonly progress: PromptProgressCounter;
  private readonly deadlines: PromptDeadlines;
  private readonly startedAtMs = performance.now();
  private pollAtMs = this.startedAtMs + SLOW_POLL_MS;
  private slowPollMs = SLOW_POLL_MS;
  private historyRetryMs = HISTORY_RETRY_MS;
  private isDeafChecked = false;
  private hasEnded = false;
  private absences = 0;
  private unreachableSinceMs: number | null = null;
  /** What the socket said about the end, for when the engine cannot be asked any more. */
  private socketFailure: TaskFailure | null = null;
  private told = '';

  constructor(
    private readonly client: ComfyClient,
    private readonly inbox: PromptInbox,
    private readonly accepted: AcceptedPrompt,
    private readonly request: WatchRequest,
  ) {
    this.progress = new PromptProgressCounter(request.graph);
    this.deadlines = new PromptDeadlines(request.limits, this.startedAtMs);
  }

  /**
   * The finished prompt, successful or not. Rejects with the signal's reason, with `LimitPassed`, with
   * `engine_lost_prompt` after two polls that found it nowhere, or when there was no answer for too long.
   */
  async finished(): Promise<HistoryEntry> {
    this.tell({ stage: 'waiting_for_engine', percent: null });
    for (;;) {
      const message = await this.inbox.take(this.sleepMs(), this.request.signal);
      if (message) this.read(message);
      this.replaceDeafSocket();
      const entry = performance.now() >= this.pollAtMs ? await this.poll() : null;
      if (entry) return entry;
      const passed = this.deadlines.passed(performance.now());
      if (passed !== null) throw new LimitPassed(passed);
    }
  }

  /** True when the socket the prompt was submitted with is up and has spoken since. */
  private get socketHelps(): boolean {
    return this.isOurSocketUp && this.client.lastFrameAtMs >= this.accepted.submittedAtMs;
  }

  private get isOurSocketUp(): boolean {
    return this.client.isConnected && this.client.clientId === this.accepted.clientId;
  }

  private sleepMs(): number {
    const now = performance.now();
    if (!this.socketHelps) this.pollAtMs = Math.min(this.pollAtMs, now + FAST_POLL_MS);
    const deafAtMs = this.isDeafChecked ? Infinity : this.startedAtMs + DEAF_AFTER_MS;
    return Math.min(this.pollAtMs, this.deadlines.nextAtMs(), deafAtMs) - now;
  }

  private replaceDeafSocket(): void {
    if (this.isDeafChecked || performance.now() < this.startedAtMs + DEAF_AFTER_MS) return;
    this.isDeafChecked = true;
    if (!this.isOurSocketUp || this.socketHelps) return;
    this.client.logger.warn({ promptId: this.inbox.promptId }, 'the engine socket is deaf; opening another');
    this.client.resetSocket();
  }

  private read(message: SocketMessage): void {
    const now = performance.now();
    if (message.kind === 'closed') {
      this.pollAtMs = now;
      return;
    }
    this.deadlines.started(now);
    if (message.kind === 'alive') return;
    const { event } = message;
    if (event.type === 'execution_error') this.socketFailure = failureFromExecutionError(event.data);
    const writtenInMs = historyWrittenInMs(event);
    if (writtenInMs === null) {
      this.tell(this.progress.apply(event));
    } else {
      this.hasEnded = true;
      this.pollAtMs = Math.min(this.pollAtMs, now + writtenInMs);
    }
  }

  /** One look at the truth: the history first when the socket told the end, else wherever the prompt may be. */
  private async poll(): Promise<HistoryEntry | null> {
    const { promptId } = this.inbox;
    const { signal } = this.request;
    try {
      const early = this.hasEnded ? await this.client.history(promptId, signal) : null;
      if (early) return early;
      const status = await readPromptStatus(this.client, promptId, signal);
      this.unreachableSinceMs = null;
      this.scheduleNextPoll();
      if (status.kind === 'finished') return status.entry;
      if (status.kind === 'absent') this.onAbsent();
      else this.absences = 0;
      if (status.kind === 'running') this.onRunning();
    } catch (error) {
      this.onPollFailed(error);
    }
    return null;
  }

  private scheduleNextPoll(): void {
    let pauseMs = FAST_POLL_MS;
    if (this.hasEnded) {
      pauseMs = this.historyRetryMs;
      this.historyRetryMs = Math.min(this.historyRetryMs * 2, FAST_POLL_MS);
    } else if (this.socketHelps) {
      this.slowPollMs = Math.min(this.slowPollMs * 2, SLOWEST_POLL_MS);
      pauseMs = this.slowPollMs;
    }
    this.pollAtMs = performance.now() + pauseMs;
  }

  private onRunning(): void {
    const now = performance.now();
    if (!this.deadlines.hasStarted) this.tell(this.progress.current());
    // Without the socket no sign can come; then the engine's word that it runs has to do.
    if (!this.deadlines.hasStarted || !this.socketHelps) this.deadlines.started(now);
  }

  private onAbsent(): void {
    this.absences += 1;
    this.pollAtMs = performance.now() + FAST_POLL_MS;
    if (this.absences < 2) return;
    const lost = new TaskFailure(
      'engine_lost_prompt',
      'The engine accepted the prompt and no longer knows it',
    );
    throw this.socketFailure ?? lost;
  }

  private onPollFailed(error: unknown): void {
    this.request.signal?.throwIfAborted();
    if (!(error instanceof TaskFailure) || error.code !== 'engine_unreachable') throw error;
    const now = performance.now();
    this.unreachableSinceMs ??= now;
    this.pollAtMs = now + FAST_POLL_MS;
    if (now - this.unreachableSinceMs < this.request.unreachableMs) return;
    throw this.socketFailure ?? engineVanished('while it had the prompt', error);
  }

  private tell(progress: PromptProgress): void {
    const key = `${progress.stage} ${progress.percent}`;
    if (key === this.told) return;
    this.told = key;
    this.request.onProgress?.(progress);
  }
}

/** When the history of a prompt that this frame ends will be there; null for a frame that does not end it. */
function historyWrittenInMs(event: ComfyEvent): number | null {
  if (event.type === 'executing' && event.data.node === null) return 0;
  const isEnd =
    event.type === 'execution_success' ||
    event.type === 'execution_error' ||
    event.type === 'execution_interrupted';
  return isEnd ? HISTORY_WRITTEN_AFTER_MS : null;
}
