import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../dice.js';
import type { AppProcess } from '../system/app-process.js';
import type { FaultBroker } from '../system/fault-broker.js';
import type { FaultSystem } from '../system/fault-system.js';

const AT_WORK_MS = [0, 400] as const;
const IN_THE_MIDDLE_MS = [0, 150] as const;

/** Does harm to a running system, counts it, and knows when the last of it was over. */
export class Nemesis {
  readonly counts = {
    worker_kills: 0,
    api_kills: 0,
    bridge_kills: 0,
    broker_kills: 0,
    broker_restarts: 0,
    engine_kills: 0,
  };
  /**
   * Epoch milliseconds: a killed process has been started again, a broker takes connections again, a line is whole.
   */
  lastFaultEndedAt = Date.now();

  constructor(
    private readonly system: FaultSystem,
    private readonly broker: FaultBroker,
    private readonly dice: Dice,
  ) {}

  async killWorker(): Promise<void> {
    await this.killAtWork(this.dice.pick(this.system.workers));
    this.counts.worker_kills++;
  }

  async killApi(): Promise<void> {
    await this.killAtWork(this.dice.pick(this.system.apis));
    this.counts.api_kills++;
  }

  async killBridge(): Promise<void> {
    await this.killAtWork(this.dice.pick(this.system.bridges));
    this.counts.bridge_kills++;
  }

  /** kill -9 of one of them, soon after it has something in hand: when that is so, the caller knows. */
  async killInTheMiddle(kind: 'api' | 'bridge', atWork: () => Promise<void>): Promise<void> {
    await atWork();
    await sleep(this.dice.between(...IN_THE_MIDDLE_MS));
    const processes = kind === 'api' ? this.system.apis : this.system.bridges;
    await this.during(this.dice.pick(processes).kill());
    this.counts[`${kind}_kills`]++;
  }

  /** kill -9, and up again at once. */
  async killBroker(): Promise<void> {
    this.counts.broker_kills++;
    await this.during(this.broker.kill().then(() => this.broker.restart()));
  }

  /** As an operator does it. */
  async restartBroker(): Promise<void> {
    this.counts.broker_restarts++;
    await this.during(this.broker.stop().then(() => this.broker.restart()));
  }

  /** kill -9 of an engine, which is away for as long as the dice say. */
  async killEngine(awayMs: readonly [number, number]): Promise<void> {
    const engine = this.dice.pick(this.system.engines?.all ?? []);
    await engine.untilLive();
    await sleep(this.dice.between(...AT_WORK_MS));
    await this.during(engine.killFor(this.dice.between(...awayMs)).then(() => engine.untilLive()));
    this.counts.engine_kills++;
  }

  /** Everything that can be killed, at the same moment. */
  async killAll(): Promise<void> {
    const { apis, workers } = this.system;
    this.counts.worker_kills += workers.length;
    this.counts.api_kills += apis.length;
    await Promise.all([
      this.killBroker(),
      ...[...apis, ...workers].map((process) => this.during(process.kill())),
    ]);
  }

  /** One that only starts has nothing to lose; so it is killed some time after it answers. */
  private async killAtWork(process: AppProcess): Promise<void> {
    await process.untilLive();
    await sleep(this.dice.between(...AT_WORK_MS));
    await this.during(process.kill());
  }

  /** Any other fault: it is over when the promise resolves. */
  async during<T>(fault: Promise<T>): Promise<T> {
    try {
      return await fault;
    } finally {
      this.lastFaultEndedAt = Date.now();
    }
  }

  /** Seconds from the end of the last fault to the final state of the last task. */
  get recoveredIn(): number {
    return this.system.secondsUntilLastEnd(this.lastFaultEndedAt);
  }
}
