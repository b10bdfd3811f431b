import type { CancelMark, TaskLedger, TaskMessage } from '@app/contracts';
import type { Settlement, TaskDelivery } from '@app/messaging';
import { once } from 'node:events';
import type { Vhost } from '../../support/vhost.js';
import { TcpRelay } from './tcp-relay.js';
import { TestTap } from './test-tap.js';
import { gate, startWorker, TestLedgers } from './test-worker.js';

/** Ledgers as a process sees them until it dies. */
class MortalLedgers extends TestLedgers {
  isDead = false;

  constructor(private readonly shared: TestLedgers) {
    super();
  }

  override read(taskId: string): Promise<TaskLedger | undefined> {
    return this.unlessDead(() => this.shared.read(taskId));
  }

  override write(taskId: string, ledger: TaskLedger): Promise<void> {
    return this.unlessDead(() => this.shared.write(taskId, ledger));
  }

  override cancellation(taskId: string): Promise<Partial<CancelMark> | undefined> {
    return this.unlessDead(() => this.shared.cancellation(taskId));
  }

  private unlessDead<T>(action: () => Promise<T>): Promise<T> {
    return this.isDead ? Promise.reject(new Error('The process is dead.')) : action();
  }
}

/**
 * A worker process that dies as soon as it handles one of the killers: from then on nothing of it reaches anybody.
 * The other tasks end at once, unless it is to take along those that have not been in a crash: then they never do.
 */
export class MortalWorker {
  /** The ids of what it handled, in order. */
  readonly handled: string[] = [];
  private readonly tap = new TestTap();
  private readonly death = gate();
  private readonly ledgers: MortalLedgers;
  private relay: TcpRelay | undefined;

  constructor(
    private readonly name: string,
    private readonly killers: readonly TaskMessage[],
    shared: TestLedgers,
    private readonly takesAlong: boolean,
  ) {
    this.ledgers = new MortalLedgers(shared);
  }

  get isDead(): boolean {
    return this.ledgers.isDead;
  }

  async start(vhost: Vhost): Promise<void> {
    const relay = (this.relay = await TcpRelay.to(vhost.url));
    const options = { name: this.name, url: relay.url, lookahead: 1, ledger: this.ledgers, gate: this.tap };
    await startWorker(vhost, (task) => this.handle(task), { ...options, graceMs: 0 });
  }

  private async handle({ message, crashCount, signal }: TaskDelivery): Promise<Settlement> {
    const { taskId } = message;
    this.handled.push(taskId);
    if (this.killers.some((killer) => killer.taskId === taskId)) await this.die();
    else if (this.takesAlong && crashCount === 0) await this.death.opened;
    // Nothing is settled any more; the end of the test aborts it.
    if (this.ledgers.isDead && !signal.aborted) await once(signal, 'abort');
    signal.throwIfAborted();
    return { kind: 'succeeded', result: message.image, engine: { name: 'built-in', version: '1' } };
  }

  private async die(): Promise<void> {
    this.ledgers.isDead = true;
    await this.relay!.close();
    this.death.open();
    this.tap.turn('dead');
  }
}
