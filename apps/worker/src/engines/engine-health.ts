import { Circuit, type CircuitState } from './circuit.js';
import { blameOf } from './engine-blame.js';
import { lookProblem } from './engine-look.js';
import { StandingQueue } from './standing-queue.js';

/** Whether an engine answers and does what it is asked to, by its looks and by what became of our tasks. */
export class EngineHealth {
  /** For `EngineWatch`, which keeps it. */
  readonly standing: StandingQueue;
  private readonly circuit: Circuit;
  /** Why it gave no answer last; null where it gave one. */
  private silence: string | null = 'has not been asked yet';
  private lastFailure = '';
  private badOutputs = 0;

  constructor(nowMs?: () => number) {
    this.circuit = new Circuit(nowMs);
    this.standing = new StandingQueue(nowMs);
  }

  get isReachable(): boolean {
    return this.silence === null;
  }

  /** Gets no task until it shows that it is well. */
  get isSick(): boolean {
    return this.circuit.state === 'open' || this.standing.isSick;
  }

  /** Whether prompts wait in it and none runs. */
  get queueStands(): boolean {
    return this.standing.isSick;
  }

  get circuitState(): CircuitState {
    return this.circuit.state;
  }

  /** What is wrong, as phrases. */
  get problems(): string[] {
    if (this.silence !== null) return [this.silence];
    return [
      ...(this.standing.isSick ? ['has a queue that stands still; restart ComfyUI'] : []),
      ...(this.circuit.state === 'open' ? [`has failed repeatedly (${this.lastFailure})`] : []),
    ];
  }

  answered(): void {
    this.silence = null;
    this.circuit.lookSucceeded();
  }

  wasSilent(error: unknown): void {
    this.silence = lookProblem(error);
    this.lastFailure = this.silence;
    this.circuit.lookFailed();
  }

  succeeded(): void {
    this.circuit.taskSucceeded();
    this.badOutputs = 0;
  }

  /** One bad result may be the photo's; the second in a row from the same engine is not. */
  failed(error: unknown): void {
    const blame = blameOf(error);
    if (blame === 'maybe') this.badOutputs += 1;
    if (blame === 'not' || (blame === 'maybe' && this.badOutputs === 1)) return;
    this.lastFailure = error instanceof Error ? error.message.slice(0, 200) : String(error);
    this.circuit.taskFailed();
  }
}
