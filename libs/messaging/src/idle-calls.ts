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
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly call: (lack: 'turns' | 'tasks') => void) {}

  /** Begins anew where it has changed. Tasks ahead are about to begin, mostly, and are given the longer pause for it. */
  update(lack: Lack): void {
    if (lack === this.lack) return;
    this.lack = lack;
    this.calls = lack === 'turns' ? 1 : 0;
    this.plan();
  }

  private plan(): void {
    clearTimeout(this.timer);
    const { lack } = this;
    if (lack === 'nothing') return;
    const pauseMs = PAUSES_MS[Math.min(this.calls, PAUSES_MS.length - 1)];
    this.timer = setTimeout(() => {
      this.calls++;
      this.call(lack);
      this.plan();
    }, pauseMs);
  }
}
