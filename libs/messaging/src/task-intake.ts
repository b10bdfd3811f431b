import type { GetMessage } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bell } from './bell.js';
import type { BrokerConnection } from './broker-connection.js';
import { declareTopology } from './declare-topology.js';
import { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import { workQueueName } from './names.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import type { Topology } from './topology-rows.js';

export interface TaskIntakeOptions {
  connection: BrokerConnection;
  topology: Topology;
  /** Tasks in hand at most, over all queues. */
  concurrency: number;
  logger: MessagingLogger;
  /** Works on one message and settles it. */
  process: (delivery: Delivery) => Promise<void>;
  /** Takes a message that was fetched but not begun back to its queue, without the mark of a crash. */
  giveBack: (delivery: Delivery) => Promise<void>;
}

/**
 * Decides which message is taken next, and takes none that it cannot begin at once: what a busy worker held back
 * would be missing to an idle one, and would count as crashed with it.
 *
 * A prefetch limit is per consumer, so with several queues it would hold one message each. Therefore: with a free
 * slot it asks the queues in turn (`basic.get`); when all are empty it consumes from all until something arrives; when
 * all slots are taken it consumes from none. To the broker's eyes a queue's consumers are the workers that wait.
 * While it consumes, several queues may deliver at the same moment; what is more than it can begin goes back at once.
 */
export class TaskIntake {
  private readonly channel: SupervisedChannel;
  private readonly running = new Map<Delivery, Promise<void>>();
  private readonly bell = new Bell();
  private loop: Promise<void> = Promise.resolve();
  private stopping = false;
  private turn = 0;

  constructor(private readonly options: TaskIntakeOptions) {
    this.channel = new SupervisedChannel(options.connection, {
      purpose: 'tasks',
      logger: options.logger,
      create: (model) => model.createChannel(),
      setup: async (open) => {
        await declareTopology(open.amqp, options.topology);
        open.closed.addEventListener('abort', () => this.bell.ring(), { once: true });
        this.loop = this.takeFrom(open);
      },
    });
  }

  /** Why no task can be taken; null when it can. */
  get problem(): string | null {
    if (this.channel.current) return null;
    return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
  }

  get runningCount(): number {
    return this.running.size;
  }

  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  /** Takes no more; what was fetched but not begun goes back. What runs goes on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.bell.ring();
    await this.loop;
  }

  /** Waits until nothing runs, at most so long. */
  async idle(timeoutMs: number): Promise<void> {
    const waiting = new AbortController();
    await Promise.race([
      Promise.all(this.running.values()),
      sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
  }

  /** Gives up what still runs (it goes back to its queue, marked as delivered before) and closes the channel. */
  async close(): Promise<void> {
    for (const delivery of this.running.keys()) delivery.requeue();
    await this.channel.close();
  }

  private async takeFrom(open: OpenChannel): Promise<void> {
    try {
      while (!open.closed.aborted && !this.stopping) {
        if (!this.mayBegin(open)) {
          await this.bell.next();
          continue;
        }
        const pulled = await this.pull(open);
        const fetched = pulled.length > 0 ? pulled : await this.listen(open);
        for (const delivery of fetched) {
          if (!this.stopping && this.mayBegin(open)) this.begin(delivery);
          else await this.options.giveBack(delivery);
        }
      }
    } catch (error) {
      if (open.closed.aborted) return;
      this.options.logger.error({ err: error }, 'taking tasks failed');
      this.channel.recycle('taking tasks failed');
    }
  }

  /**
   * After a lost channel the broker hands out again what still runs here. Until that has ended nothing is begun on the
   * new channel, so that one task is not done twice at the same time on one GPU.
   */
  private mayBegin(open: OpenChannel): boolean {
    if (open.closed.aborted || this.running.size >= this.options.concurrency) return false;
    return [...this.running.keys()].every((delivery) => delivery.open === open);
  }

  private begin(delivery: Delivery): void {
    const work = this.options.process(delivery).catch((error: unknown) => {
      this.options.logger.error({ err: error, queue: delivery.queue }, 'a message could not be processed');
      delivery.requeue();
    });
    const ended = work.finally(() => {
      this.running.delete(delivery);
      this.bell.ring();
    });
    this.running.set(delivery, ended);
  }

  /** One message from the next queue in turn that has one. */
  private async pull(open: OpenChannel): Promise<Delivery[]> {
    const { taskTypes } = this.options.topology;
    for (let step = 0; step < taskTypes.length; step++) {
      const index = (this.turn + step) % taskTypes.length;
      const taskType = taskTypes[index]!;
      const message = await getOrClosed(open, workQueueName(taskType));
      if (message) {
        this.turn = index + 1;
        return [new Delivery(message, workQueueName(taskType), taskType, open)];
      }
    }
    return [];
  }

  /** Consumes from all queues until there is a message (each may bring some), or any other change to look at. */
  private async listen(open: OpenChannel): Promise<Delivery[]> {
    const arrived: Delivery[] = [];
    const consumerTags: string[] = [];
    const change = this.bell.next();
    await open.amqp.prefetch(this.options.concurrency - this.running.size);
    for (const taskType of this.options.topology.taskTypes) {
      const queue = workQueueName(taskType);
      const { consumerTag } = await open.amqp.consume(queue, (message) => {
        if (message) arrived.push(new Delivery(message, queue, taskType, open));
        // The broker cancels a consumer when its queue is deleted.
        else this.channel.recycle(`the queue ${queue} is gone`);
        this.bell.ring();
      });
      consumerTags.push(consumerTag);
      if (arrived.length > 0) break;
    }
    if (!this.stopping) await change;
    for (const consumerTag of consumerTags) await open.amqp.cancel(consumerTag);
    return arrived;
  }
}

/** `basic.get`; amqplib leaves its promise pending for ever when the channel ends between its two frames. */
async function getOrClosed(open: OpenChannel, queue: string): Promise<GetMessage | false> {
  let giveUp = () => {};
  const closed = new Promise<false>((resolve) => {
    giveUp = () => resolve(false);
    open.closed.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([open.amqp.get(queue), closed]);
  } finally {
    open.closed.removeEventListener('abort', giveUp);
  }
}
