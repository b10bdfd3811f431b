/**
 * What a worker with a free place waits for: `tasks` to come, or the `turns` of those that it holds ahead for another
 * of its engines. `nothing` where no place is free.
 */
export type Lack = 'nothing' | 'turns' | 'tasks';

/** The pauses before the calls; the last one again and again. Not at once, or each short task would make a call. */
const PAUSES_MS = [20, 1_000, 5_000];

/** Calls out for as long as a worker has nothing to do: soon, 1 s later, then every 5 s. */
export class IdleCalls {
  private lack: Lack = 'nothing';
  private calls = 0;
  private nextAt = 0;
  /** One that outlasts short tasks: it looks what is so when it fires. */
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly call: (lack: 'turns' | 'tasks') => void) {}

  /** Begins anew where it has changed. Tasks ahead are about to begin, mostly, and are given the longer pause for it. */
  update(lack: Lack): void {
    if (lack === this.lack) return;
    this.lack = lack;
    if (lack === 'nothing') return;
    this.calls = lack === 'turns' ? 1 : 0;
    this.pause();
  }

  private pause(): void {
    const pauseMs = PAUSES_MS[Math.min(this.calls, PAUSES_MS.length - 1)]!;
    const planned = this.timer && this.nextAt;
    this.nextAt = performance.now() + pauseMs;
    if (planned === undefined || planned > this.nextAt) this.wait(pauseMs);
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    // It keeps no process that has closed everything else.
    this.timer = setTimeout(() => this.look(), ms).unref();
  }

  private look(): void {
    this.timer = undefined;
    if (this.lack === 'nothing') return;
    const leftMs = this.nextAt - performance.now();
    // A timer may be a moment early.
    if (leftMs > 1) return this.wait(leftMs);
    this.calls++;
    const { lack } = this;
    // The call may change it.
    this.pause();
    this.call(lack);
  }
}
