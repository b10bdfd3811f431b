import { queueDepths, takeBackTasks, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BrokerConnections } from '../broker/broker-connections.js';
import { TOPOLOGY } from '../broker/topology.token.js';
import { TakeBack } from '../line/take-back.js';
import { LOGGER } from '../logger.token.js';
import { RepeatedWork } from '../repeated-work.js';
import { Pauses } from './pauses.js';

const EVERY_MS = 1_000;
/**
 * What has to stay in a queue is looked at again where its number has changed, or after this time: some queues drop what
 * was taken out and put back too often.
 */
const SAME_AGAIN_AFTER_MS = 60_000;

/**
 * Takes the tasks of paused types back that the broker has: workers that know no pauses begin nothing of them either, no
 * waiting limit passes there, and when they go on it is in the order of the line. What workers give back comes later, so it
 * looks for as long as the type is paused.
 */
@Injectable()
export class PausedQueues implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly work: RepeatedWork;
  /** By type: what was left in its queue, and when it was looked at. */
  private readonly left = new Map<string, { messages: number; at: number }>();

  constructor(
    private readonly pauses: Pauses,
    private readonly connections: BrokerConnections,
    private readonly takeBack: TakeBack,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const options = { name: 'queues of paused types', everyMs: EVERY_MS, logger };
    this.work = new RepeatedWork((signal) => this.look(signal), options);
  }

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.work.stop();
  }

  private async look(signal: AbortSignal): Promise<void> {
    if (this.connections.consume.state !== 'connected') return;
    const types = this.pauses.types.filter((type) => this.topology.taskTypes.includes(type));
    for (const type of this.left.keys()) if (!types.includes(type)) this.left.delete(type);
    for (const { taskType, ready } of await queueDepths(this.connections.consume, types)) {
      if (signal.aborted) return;
      if (ready > 0 && this.isWorthALook(taskType, ready)) await this.lookThrough(taskType, ready);
    }
  }

  private isWorthALook(type: string, ready: number): boolean {
    const before = this.left.get(type);
    return before?.messages !== ready || performance.now() - before.at >= SAME_AGAIN_AFTER_MS;
  }

  private async lookThrough(type: string, ready: number): Promise<void> {
    const taken = await takeBackTasks(this.connections.consume, type, ({ taskId }) =>
      this.takeBack.take(taskId),
    );
    if (taken === 0) {
      this.left.set(type, { messages: ready, at: performance.now() });
      return;
    }
    // There may be more than one look sees.
    this.left.delete(type);
    this.logger.info({ taskType: type, tasks: taken }, 'held back while it is paused');
  }
}
