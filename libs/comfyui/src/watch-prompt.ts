import { TaskFailure } from '@app/contracts';
import type { ComfyClient } from './comfy-client.js';
import type { SocketMessage } from './comfy-socket.js';
import { engineVanished } from './engine-vanished.js';
import { PromptDeadlines, type PromptLimits } from './prompt-deadlines.js';
import { failureFromExecutionError } from './prompt-errors.js';
import type { PromptInbox } from './prompt-inbox.js';
import { PollSchedule } from './poll-schedule.js';
import { PromptProgressCounter, type PromptProgress } from './prompt-progress.js';
import { readPromptStatus } from './prompt-status.js';
import type { ComfyEvent, ComfyGraph, HistoryEntry } from './protocol.js';
import { QueueHint } from './queue-hint.js';
import type { AcceptedPrompt } from './submit-prompt.js';

export interface WatchRequest {
  graph: ComfyGraph;
  limits: PromptLimits;
  /** How long the engine may give no answer before the prompt is given up. */
  unreachableMs: number;
  turn: Promise<void> | undefined;
  signal: AbortSignal | undefined;
  onProgress: ((progress: PromptProgress) => void) | undefined;
}

/** A limit of the prompt was passed; the prompt is still in the engine. */
export class LimitPassed extends Error {
  override readonly name = 'LimitPassed';
}

/** The engine knows the prompt no longer: it is in neither queue nor history. */
export class PromptGone extends Error {
  override readonly name = 'PromptGone';

  constructor(readonly reason: TaskFailure) {
    super('The engine no longer knows the prompt', { cause: reason });
  }
}

/** Watches one accepted prompt until it is in the history: frames are the hint, polling is the truth. */
export class PromptWatch {
  private readonly progress: PromptProgressCounter;
  private readonly deadlines: PromptDeadlines;
  private readonly schedule: PollSchedule;
  private readonly queueHint = new QueueHint();
  private readonly startedAtMs = performance.now();
  /** Messages from before the engine's acceptance. */
  private early: number;
  private isDeafChecked = false;
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
    this.early = inbox.length;
    this.progress = new PromptProgressCounter(request.graph);
    this.deadlines = new PromptDeadlines(request.limits, request.turn ? null : this.startedAtMs);
    this.schedule = new PollSchedule(client.pace, this.startedAtMs);
    request.turn?.then(() => this.turnCame()).catch(() => undefined);
  }

  /**
   * The finished prompt, successful or not. Rejects with the signal's reason, with `LimitPassed`, with `PromptGone`
   * after two looks that found it nowhere, or when there was no answer for too long.
   */
  async finished(): Promise<HistoryEntry> {
    this.tell({ stage: 'waiting_for_engine', percent: null });
    for (;;) {
      const message = await this.inbox.take(this.sleepMs(), this.request.signal);
      if (message) this.read(message);
      this.replaceDeafSocket();
      const entry = this.schedule.isDue(performance.now()) ? await this.look() : null;
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

  private turnCame(): void {
    this.deadlines.turnCame(performance.now());
    this.inbox.nudge();
  }

  private get deafAtMs(): number {
    return this.isDeafChecked ? Infinity : this.startedAtMs + this.client.pace.deafMs;
  }

  private sleepMs(): number {
    const now = performance.now();
    const lookAtMs = this.schedule.nextAtMs(now, this.socketHelps);
    return Math.min(lookAtMs, this.deadlines.nextAtMs(), this.deafAtMs) - now;
  }

  private replaceDeafSocket(): void {
    if (performance.now() < this.deafAtMs) return;
    this.isDeafChecked = true;
    if (!this.isOurSocketUp || this.socketHelps) return;
    this.client.logger.warn({ promptId: this.inbox.promptId }, 'the engine socket is deaf; opening another');
    this.client.resetSocket();
  }

  private read(message: SocketMessage): void {
    const isEarly = this.early > 0;
    if (isEarly) this.early -= 1;
    const now = performance.now();
    if (message.kind === 'closed') return this.schedule.now(now);
    if (message.kind === 'event' && message.event.type === 'status') {
      return this.readStatus(message.event.data, isEarly, now);
    }
    this.deadlines.started(now);
    this.schedule.heard();
    if (message.kind === 'alive') return;
    const { event } = message;
    if (event.type === 'execution_error') this.socketFailure = failureFromExecutionError(event.data);
    if (isEnd(event)) this.schedule.ends(now, event.type === 'executing');
    else this.tell(this.progress.apply(event));
  }

  private readStatus(data: StatusData, isEarly: boolean, now: number): void {
    // Only the envelope of a frame has been checked.
    const remaining: unknown = data.status?.exec_info?.queue_remaining;
    if (typeof remaining !== 'number') return;
    const hint = isEarly
      ? this.queueHint.early(remaining)
      : this.queueHint.hear(remaining, this.deadlines.hasStarted);
    if (hint === 'look') this.schedule.hinted(now);
    else if (hint === 'wait') this.schedule.heard();
  }

  /** One look at the truth: the history first when the socket told the end, else wherever the prompt may be. */
  private async look(): Promise<HistoryEntry | null> {
    const { promptId } = this.inbox;
    const { signal } = this.request;
    try {
      const early = this.schedule.hasEnded ? await this.client.history(promptId, signal) : null;
      if (early) return early;
      const status = await readPromptStatus(this.client, promptId, signal);
      this.unreachableSinceMs = null;
      if (status.kind === 'finished') return status.entry;
      if (status.kind === 'absent') this.onAbsent();
      else this.onFound(status.kind === 'running');
    } catch (error) {
      this.onLookFailed(error);
    }
    return null;
  }

  private onFound(isRunning: boolean): void {
    const now = performance.now();
    this.absences = 0;
    this.schedule.looked(now, this.socketHelps);
    if (!isRunning) return;
    if (!this.deadlines.hasStarted) this.tell(this.progress.current());
    // Without the socket no sign can come; then the engine's word that it runs has to do.
    if (!this.deadlines.hasStarted || !this.socketHelps) this.deadlines.started(now);
  }

  private onAbsent(): void {
    this.absences += 1;
    this.schedule.lookAgain(performance.now());
    if (this.absences < 2) return;
    const lost = new TaskFailure(
      'engine_lost_prompt',
      'The engine accepted the prompt and no longer knows it',
    );
    throw new PromptGone(this.socketFailure ?? lost);
  }

  private onLookFailed(error: unknown): void {
    this.request.signal?.throwIfAborted();
    if (!(error instanceof TaskFailure)) throw error;
    const now = performance.now();
    this.unreachableSinceMs ??= now;
    this.schedule.lookAgain(now);
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

type StatusData = Extract<ComfyEvent, { type: 'status' }>['data'];

/**
 * Whether a frame ends its prompt. `execution_success` comes before the history is written, `executing` without a node
 * after it (ComfyUI v0.27.1: 31 of 60 and 0 of 60 reads at that moment found nothing).
 */
function isEnd(event: ComfyEvent): boolean {
  if (event.type === 'executing') return event.data.node === null;
  return (
    event.type === 'execution_success' ||
    event.type === 'execution_error' ||
    event.type === 'execution_interrupted'
  );
}
