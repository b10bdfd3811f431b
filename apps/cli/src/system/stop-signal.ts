import { complain } from '../terminal.js';

/**
 * Ctrl-C, SIGTERM and a closed terminal, for the whole of a command. The first one asks (`signal` aborts), the
 * second one forces: the handlers of `onForce` run and the process ends with code 1.
 */
export class StopSignal {
  private readonly controller = new AbortController();
  private readonly forceHandlers: (() => Promise<void>)[] = [];
  private forcing = false;
  readonly signal = this.controller.signal;

  /** @param onSecond what is said when it is asked for twice */
  constructor(private readonly onSecond = 'Asked twice: ending everything now.') {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => this.received());
  }

  get requested(): boolean {
    return this.signal.aborted;
  }

  onForce(handler: () => Promise<void>): void {
    this.forceHandlers.push(handler);
  }

  /** Resolves at the first signal. */
  async wait(): Promise<void> {
    if (this.requested) return;
    await new Promise<void>((resolve) => {
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  private received(): void {
    if (!this.requested) {
      this.controller.abort(new StopRequested());
      return;
    }
    if (this.forcing) return;
    this.forcing = true;
    complain(this.onSecond);
    void Promise.allSettled(this.forceHandlers.map((handler) => handler())).then(() => process.exit(1));
  }
}

/** The reason with which `StopSignal.signal` aborts: nothing failed, somebody wanted it. */
export class StopRequested extends Error {
  override readonly name = 'StopRequested';

  constructor() {
    super('Stopped.');
  }
}
