import { complain, say } from '../terminal.js';
import type { Broker } from './broker.js';

const LOOK_EVERY_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** Starts our own RabbitMQ node again when it ended by itself; the apps reconnect on their own. */
export class BrokerWatch {
  private timer: NodeJS.Timeout | undefined;
  private pauseMs = LOOK_EVERY_MS;

  constructor(private readonly broker: Broker) {}

  start(): void {
    if (this.broker.process) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private look(): void {
    const process = this.broker.process;
    if (!process || process.isAlive()) {
      this.pauseMs = LOOK_EVERY_MS;
    } else {
      complain('RabbitMQ ended by itself; starting it again. Waiting tasks are on its disk.');
      this.restart(process).catch((error: unknown) =>
        complain(error instanceof Error ? error.message : String(error)),
      );
      this.pauseMs = Math.min(this.pauseMs * 2, LONGEST_PAUSE_MS);
    }
    this.timer = setTimeout(() => this.look(), this.pauseMs);
  }

  private async restart(process: NonNullable<Broker['process']>): Promise<void> {
    process.restart();
    await this.broker.ready();
    say('RabbitMQ answers again.');
  }
}
