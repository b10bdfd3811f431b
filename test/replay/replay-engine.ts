import type { HistoryEntry, QueueItem } from '@app/comfyui';
import type { Capabilities, Replay } from './replay.js';

/** Where our prompt is, in truth. */
export type Truth = 'absent' | 'pending' | 'running' | 'finished';

const OTHERS = ['0192f000-0000-7000-8000-00000000000a', '0192f000-0000-7000-8000-00000000000b'];

/**
 * The engine behind a replay, without its wire: where the prompt is at every moment. All answers come from here, so
 * they agree with each other whatever is done to the frames, and the oracle reads its verdict here.
 */
export class ReplayEngine {
  truth: Truth = 'absent';
  promptId = '';
  clientId = '';
  /** True from a restart until the engine is up again. */
  isDown = false;
  /** The prompt was there and is not any more, without having got into a history that still is. */
  isLost = false;
  /** The history gave its end to somebody, whole. */
  isTold = false;
  /** The submitter's socket was sent how the prompt failed. */
  failureWasSent = false;
  wasInterrupted = false;
  /** It was lost because we took it out of the queue. */
  wasRemovedByUs = false;
  acceptances = 0;
  /** What no client may do, ever. */
  readonly crimes: string[] = [];
  others: [running: number, pending: number] = [0, 0];
  private entry: HistoryEntry | null = null;

  constructor(
    private readonly replay: Replay,
    readonly has: Capabilities,
  ) {}

  accept(promptId: string, clientId: string): void {
    if (this.truth !== 'absent') this.crimes.push(`submitted again while it was ${this.truth}`);
    this.promptId = promptId;
    this.clientId = clientId;
    this.acceptances += 1;
    this.truth = 'pending';
    this.isLost = false;
  }

  start(): void {
    if (this.truth === 'pending') this.truth = 'running';
  }

  finish(entry: HistoryEntry | null): void {
    if (this.truth !== 'running' && this.truth !== 'pending') return;
    this.truth = 'finished';
    this.entry = entry;
  }

  /** Taken out of the queue, by whom ever. Running prompts stay. */
  remove(): boolean {
    if (this.truth !== 'pending') return false;
    this.lose();
    return true;
  }

  restart(): void {
    this.others = [0, 0];
    if (this.truth !== 'absent') this.lose();
  }

  /** The end of the prompt as GET /history gives it. */
  history(promptId: string): Record<string, HistoryEntry> {
    return this.truth === 'finished' && this.entry && promptId === this.promptId
      ? { [promptId]: this.entry }
      : {};
  }

  queue(): { queue_running: QueueItem[]; queue_pending: QueueItem[] } {
    const [running, pending] = this.others;
    const ours = this.item(this.promptId);
    return {
      queue_running: this.truth === 'running' ? [ours] : OTHERS.slice(0, running).map((id) => this.item(id)),
      queue_pending: [
        ...OTHERS.slice(0, Math.min(1, pending)).map((id) => this.item(id)),
        ...(this.truth === 'pending' ? [ours] : []),
      ],
    };
  }

  job(promptId: string): { status: number; body: unknown } {
    const status = { absent: null, pending: 'pending', running: 'in_progress', finished: 'completed' }[
      this.truth
    ];
    if (promptId !== this.promptId || status === null)
      return { status: 404, body: { error: 'Job not found' } };
    return { status: 200, body: { id: promptId, status, priority: 0, create_time: 1, outputs_count: 0 } };
  }

  get queueRemaining(): number {
    const ours = this.truth === 'pending' || this.truth === 'running' ? 1 : 0;
    return ours + this.others[0] + this.others[1];
  }

  /** Whether an interrupt hits our prompt; one that hits another's is a crime. */
  interrupt(promptId: string | undefined): boolean {
    if (this.truth === 'running') return !this.has.aimedInterrupt || promptId === this.promptId;
    if (!this.has.aimedInterrupt && this.others[0] > 0)
      this.crimes.push('interrupted the prompt of somebody else');
    return false;
  }

  private lose(): void {
    this.truth = 'absent';
    this.entry = null;
    this.isLost = true;
  }

  private item(promptId: string): QueueItem {
    return [0, promptId, this.replay.graph, {}, [this.replay.outputNodeId]];
  }
}
