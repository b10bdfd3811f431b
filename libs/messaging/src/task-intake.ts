import { Bell } from './bell.js';
import type { BrokerConnection } from './broker-connection.js';
import { declareTopology } from './declare-topology.js';
import type { Delivery } from './delivery.js';
import { IdleCalls } from './idle-calls.js';
import type { MessagingLogger } from './messaging-logger.js';
import { QueueRota } from './queue-rota.js';
import { StandingConsumer } from './standing-consumer.js';
import { SupervisedChannel, type OpenChannel } from './supervised-channel.js';
import type { TaskFeed } from './task-feed.js';
import type { TaskGate, TaskRoom } from './task-gate.js';
import type { TaskPlace } from './task-place.js';
import { TasksInHand } from './tasks-in-hand.js';
import type { Topology } from './topology-rows.js';

export interface TaskIntakeOptions {
  connection: BrokerConnection;
  topology: Topology;
  /** How many tasks may be in hand where the gate does not say. */
  room: TaskRoom;
  /** After so long ahead a task goes back. */
  aheadLimitMs: number;
  /** While it is closed no task is taken. */
  gate?: TaskGate;
  logger: MessagingLogger;
  /** Works on one message and settles it. */
  process: (delivery: Delivery, place: TaskPlace) => Promise<void>;
  /** Takes a message that was fetched but not worked on back to its queue, without the mark of a crash. */
  giveBack: (delivery: Delivery) => Promise<void>;
  /** Called again and again while a place is free and there is no task of these types to be had. */
  onIdle: (taskTypes: readonly string[]) => void;
}

/**
 * Decides which message is taken next, and takes none that it cannot begin at once, but for those ahead, which it gives
 * back when somebody has a place for them: what a busy worker held back would be missing to an idle one. How messages
 * are fetched depends on the number of queues and on looking ahead (`StandingConsumer`, `QueueRota`).
 */
export class TaskIntake {
  private readonly channel: SupervisedChannel;
  private readonly hand: TasksInHand;
  private readonly changed = new Bell();
  private readonly goingBack = new Set<Promise<void>>();
  private readonly idleCalls = new IdleCalls((lack) => this.callIdle(lack));
  private readonly leaveGate: (() => void) | undefined;
  private readonly looksAhead: boolean;
  /** The channel that is fed from, and the types whose queues it was found to have nothing in. */
  private feed: { open: OpenChannel; empty: readonly string[] } | undefined;
  private feeding: Promise<void> = Promise.resolve();
  private stopping = false;

  constructor(private readonly options: TaskIntakeOptions) {
    const { room, aheadLimitMs, logger, process, gate } = options;
    this.looksAhead = room.ahead > 0 || gate?.room !== undefined;
    this.hand = new TasksInHand({
      room: () => gate?.room ?? room,
      mayLeave: this.isRota,
      aheadLimitMs,
      logger,
      process,
      onChange: () => this.tellChange(),
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

  /** Tasks in hand. */
  get count(): number {
    return this.hand.count;
  }

  whenReady(timeoutMs: number): Promise<void> {
    return this.channel.whenOpen(timeoutMs);
  }

  /** Somebody has a place for a task of these types: one that was taken ahead goes back, the last of them. */
  makeWay(taskTypes: readonly string[]): void {
    this.hand.withdrawYoungest(taskTypes, 'another worker has nothing to do');
  }

  /** The topology has grown: tasks of the new types are taken, too. */
  takeNewTypes(): void {
    this.changed.ring();
  }

  /** Takes no more; what was fetched but not begun goes back. What runs goes on. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.leaveGate?.();
    this.lookAgain();
    await this.feeding;
    await Promise.all(this.goingBack);
  }

  /** Waits until nothing is in hand, at most so long. */
  idle(timeoutMs: number): Promise<void> {
    return this.hand.idle(timeoutMs);
  }

  /** Gives up what is still in hand (it goes back to its queue, marked as delivered before) and closes the channel. */
  async close(): Promise<void> {
    this.hand.requeueAll();
    await this.channel.close();
  }

  private get isRota(): boolean {
    return this.looksAhead || this.options.topology.taskTypes.length > 1;
  }

  private async feedFrom(open: OpenChannel): Promise<void> {
    const { topology, logger } = this.options;
    try {
      while (!this.stopping && !open.closed.aborted) {
        const { taskTypes } = topology;
        await this.feedOf(open, taskTypes).run();
        // Only looking for them could cost the channel, with all that is in hand.
        if (topology.taskTypes !== taskTypes && topology.declares) await declareTopology(open.amqp, topology);
      }
    } catch (error) {
      if (open.closed.aborted) return;
      logger.error({ err: error }, 'taking tasks failed');
      this.channel.recycle('taking tasks failed');
    }
  }

  /** Is over when the topology has grown, too. */
  private feedOf(open: OpenChannel, taskTypes: readonly string[]): TaskFeed {
    const { topology } = this.options;
    const Feed = this.isRota ? QueueRota : StandingConsumer;
    return new Feed({
      open,
      taskTypes,
      hand: this.hand,
      changed: this.changed,
      isWanted: (taskType) => this.isWanted(taskType),
      isOver: () => this.stopping || open.closed.aborted || topology.taskTypes !== taskTypes,
      receive: (delivery, mayBeAhead) => this.receive(delivery, mayBeAhead),
      foundEmpty: (empty) => {
        this.feed = { open, empty };
        this.updateIdleCalls();
      },
      // The broker cancels a consumer when its queue is deleted; a fresh channel declares it again.
      onQueueGone: (queue) => this.channel.recycle(`the queue ${queue} is gone`),
    });
  }

  private isWanted(taskType: string): boolean {
    if (this.stopping || this.tapClosedBecause !== null) return false;
    return this.options.gate?.accepts?.(taskType) ?? true;
  }

  private receive(delivery: Delivery, mayBeAhead: boolean): void {
    if (!this.isWanted(delivery.routingKey) || !this.hand.accept(delivery, mayBeAhead)) {
      this.giveBack(delivery);
    }
    this.updateIdleCalls();
  }

  /** The gate, the channel or our own stopping may have changed what is wanted and what is ours. */
  private lookAgain(): void {
    this.hand.withdrawLost();
    this.hand.withdraw(
      this.stopping ? 'this worker stops' : 'this worker takes no such tasks now',
      ({ routingKey }) => !this.isWanted(routingKey),
    );
    this.tellChange();
  }

  private tellChange(): void {
    this.updateIdleCalls();
    this.changed.ring();
  }

  private updateIdleCalls(): void {
    const lack = this.feed ? this.hand.lack(this.feed.open) : 'nothing';
    this.idleCalls.update(lack === 'nothing' || this.typesLacking(lack).length === 0 ? 'nothing' : lack);
  }

  /** The types of which a task would be begun at once. */
  private typesLacking(lack: 'turns' | 'tasks'): readonly string[] {
    const asked = lack === 'tasks' ? (this.feed?.empty ?? []) : this.options.topology.taskTypes;
    return asked.filter((taskType) => this.isWanted(taskType));
  }

  /** A task that is ahead of its turn at one engine of this worker may as well be begun at another of them. */
  private callIdle(lack: 'turns' | 'tasks'): void {
    const taskTypes = this.typesLacking(lack);
    if (lack === 'turns') this.hand.withdrawYoungest(taskTypes, 'another place of this worker is free');
    else this.options.onIdle(taskTypes);
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
