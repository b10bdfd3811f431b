import { Bell } from './bell.js';
import type { BrokerConnection } from './broker-connection.js';
import { declareTopology } from './declare-topology.js';
import type { Delivery } from './delivery.js';
import type { MessagingLogger } from './messaging-logger.js';
import { QueueRota } from './queue-rota.js';
import { StandingConsumer } from './standing-consumer.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import type { TaskGate } from './task-gate.js';
import { TasksInHand } from './tasks-in-hand.js';
import type { Topology } from './topology-rows.js';

export interface TaskIntakeOptions {
  connection: BrokerConnection;
  topology: Topology;
  /** Tasks that run at most, over all queues. */
  concurrency: number;
  /** Tasks that are taken at most while all of those run; 0 keeps every waiting task within reach of idle workers. */
  lookahead: number;
  /** While it is closed no task is taken. */
  gate?: TaskGate;
  /** Told once about each task that was taken ahead, before it begins; it may never begin here. */
  stage?: (delivery: Delivery) => void;
  logger: MessagingLogger;
  /** Works on one message and settles it. */
  process: (delivery: Delivery) => Promise<void>;
  /** Takes a message that was fetched but not begun back to its queue, without the mark of a crash. */
  giveBack: (delivery: Delivery) => Promise<void>;
}

/**
 * Decides which message is taken next, and takes none that it cannot begin at once, but for the lookahead: what a busy
 * worker held back would be missing to an idle one. How messages are fetched depends on the number of queues
 * (`StandingConsumer`, `QueueRota`).
 */
export class TaskIntake {
  private readonly channel: SupervisedChannel;
  private readonly hand: TasksInHand;
  private readonly changed = new Bell();
  private readonly goingBack = new Set<Promise<void>>();
  private readonly leaveGate: (() => void) | undefined;
  private feeding: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly options: TaskIntakeOptions) {
    const { concurrency, lookahead, logger, process, gate } = options;
    this.hand = new TasksInHand({
      concurrency,
      lookahead,
      logger,
      process,
      stage: (delivery) => this.stage(delivery),
      onEnded: () => this.changed.ring(),
    });
    this.leaveGate = gate?.onChange(() => this.lookAgain());
    this.channel = new SupervisedChannel(options.connection, {
      purpose: 'tasks',
      logger,
      create: (model) => model.createChannel(),
      setup: async (open) => {
        await declareTopology(open.amqp, options.topology);
        open.closed.addEventListener('abort', () => this.lookAgain(), { once: true });
        this.feeding = this.feedFrom(open);
      },
    });
  }

  /** Why no task can be taken; null when it can, also while the gate is closed. */
  get problem(): string | null {
    if (this.channel.current) return null;
    return this.channel.problem?.message ?? this.options.connection.problem ?? 'not connected yet';
  }

  /** Why the gate lets no task be taken, as a phrase; null while it is open. */
  get tapClosedBecause(): string | null {
    return this.options.gate?.closedBecause ?? null;
  }

  get runningCount(): number {
    return this.hand.runningCount;
  }

  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  /** Takes no more; what was fetched but not begun goes back. What runs goes on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.leaveGate?.();
    this.lookAgain();
    await this.feeding;
    await Promise.all(this.goingBack);
  }

  /** Waits until nothing runs, at most so long. */
  idle(timeoutMs: number): Promise<void> {
    return this.hand.idle(timeoutMs);
  }

  /** Gives up what still runs (it goes back to its queue, marked as delivered before) and closes the channel. */
  async close(): Promise<void> {
    this.hand.requeueRunning();
    await this.channel.close();
  }

  private async feedFrom(open: OpenChannel): Promise<void> {
    const { taskTypes } = this.options.topology;
    const Feed = taskTypes.length === 1 ? StandingConsumer : QueueRota;
    const feed = new Feed({
      open,
      taskTypes,
      hand: this.hand,
      changed: this.changed,
      isWanted: () => this.isWanted && this.hand.mayBegin(open),
      isOver: () => this.stopping || open.closed.aborted,
      receive: (delivery) => this.receive(delivery),
      // The broker cancels a consumer when its queue is deleted; a fresh channel declares it again.
      onQueueGone: (queue) => this.channel.recycle(`the queue ${queue} is gone`),
    });
    try {
      await feed.run();
    } catch (error) {
      if (open.closed.aborted) return;
      this.options.logger.error({ err: error }, 'taking tasks failed');
      this.channel.recycle('taking tasks failed');
    }
  }

  private get isWanted(): boolean {
    return !this.stopping && this.tapClosedBecause === null;
  }

  private receive(delivery: Delivery): void {
    if (!this.isWanted || !this.hand.accept(delivery)) this.giveBack(delivery);
  }

  private stage(delivery: Delivery): void {
    try {
      this.options.stage?.(delivery);
    } catch (error) {
      this.options.logger.error({ err: error, queue: delivery.queue }, 'a task could not be prepared ahead');
    }
  }

  /** The gate, the channel or our own stopping may have changed what is wanted and what is ours. */
  private lookAgain(): void {
    this.hand.forgetLost();
    if (!this.isWanted) for (const delivery of this.hand.releaseStaged()) this.giveBack(delivery);
    this.changed.ring();
  }

  private giveBack(delivery: Delivery): void {
    const { giveBack, logger } = this.options;
    const back = giveBack(delivery).catch((error: unknown) => {
      logger.error({ err: error, queue: delivery.queue }, 'a task could not be given back in order');
      delivery.requeue();
    });
    this.goingBack.add(back);
    void back.finally(() => this.goingBack.delete(back));
  }
}
