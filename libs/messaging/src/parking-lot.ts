import type { GetMessage } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { redriveForeign } from './foreign-redrive.js';
import { copyProperties, HEADER, OF_ONE_COPY, travellingHeaders } from './message-headers.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { EXCHANGE, QUEUE } from './names.js';
import { findQueue, getMessage, withOwnChannel } from './own-channel.js';
import { describeParked, isForeign, readTask, type ParkedTask } from './parked-task.js';
import { PublishError } from './publish-error.js';
import type { OpenChannel } from './supervised-channel.js';
import type { Topology } from './topology-rows.js';

/** What the parking lot needs. It owns none of it: close the connection and the publisher after it. */
export interface ParkingLotOptions {
  connection: BrokerConnection;
  /** For what goes back in line; on a connection of its own, or on the same for a single command. */
  publisher: ConfirmPublisher;
  /** Tasks of other types stay parked. */
  topology: Topology;
  /** Who moves them, in the log. */
  name: string;
  logger?: MessagingLogger;
}

/** What a re-drive did. */
export interface Redrive {
  /** Tasks that are in their work queue again, and messages of other systems that are on their way in again. */
  moved: number;
  /** Asked for, and not moved: the length of `stayed`. */
  left: number;
  /** Which ones, and why, as a phrase. Of a message without any task id, not even its sender's own, the id is null. */
  stayed: { taskId: string | null; why: string }[];
}

/** Messages that are looked at together. */
const LOOKED_AT = 100;

/** The queue of what nobody tries again by itself, for operators. */
export class ParkingLot {
  constructor(private readonly options: ParkingLotOptions) {}

  /** How many messages are parked; 0 too where the broker has no such queue. Rejects when there is no connection. */
  async count(): Promise<number> {
    return withOwnChannel(this.options.connection, async (open) => {
      return (await findQueue(open, QUEUE.parking))?.messageCount ?? 0;
    });
  }

  /**
   * The oldest parked messages, at most `limit`, without taking them out. RabbitMQ has no look without touch: they are
   * fetched and given back, so for that moment nobody else sees them, and afterwards they carry the broker's mark of
   * having been delivered before (which does not travel with a re-drive). Their order stays.
   * Rejects when there is no connection, or when it breaks meanwhile.
   */
  async list(limit: number): Promise<ParkedTask[]> {
    return this.visit(limit, async (message) => describeParked(message));
  }

  /**
   * Sends parked tasks through their work queue once more, with all their attempts: those with these ids, or all. A
   * message that is no readable task, or of a type without a queue, stays. Each is out of the parking queue only after
   * the broker has confirmed it in its work queue; a process that dies in between leaves it in both. What comes back
   * parked meanwhile is not moved again. Takes about 2 ms a task.
   *
   * A message of another system, which its sender's own id may name too, goes to the intake again, in the name of who
   * had published it; it stays where that was not believed. The intake makes one task of it, however often it comes.
   *
   * Rejects with a `PublishError` or when the connection breaks; what has been moved until then stays moved, and calling
   * it again does the rest.
   */
  async redrive(which: { taskIds: readonly string[] } | 'all'): Promise<Redrive> {
    const wanted = which === 'all' ? undefined : new Set(which.taskIds);
    const seen = new Set<string>();
    const tasks = new Set<string>();
    let foreign = 0;
    const stayed: Redrive['stayed'] = [];
    await this.visit(Infinity, async (message, open) => {
      const { taskId, foreignTaskId } = describeParked(message);
      const names = [taskId, foreignTaskId, foreignTaskId?.toLowerCase()].filter(
        (id) => typeof id === 'string',
      );
      if (wanted && !names.some((id) => wanted.has(id))) return;
      for (const id of names) seen.add(id);
      const isTheirs = isForeign(message);
      const why = await (isTheirs ? this.sendForeign(message) : this.sendOnce(message, tasks));
      if (why === undefined) open.amqp.ack(message);
      else stayed.push({ taskId: taskId ?? foreignTaskId ?? null, why });
      if (isTheirs && why === undefined) foreign++;
    });
    for (const taskId of wanted ?? [])
      if (!seen.has(taskId)) stayed.push({ taskId, why: 'it is not parked' });
    const { name, logger = silentLogger } = this.options;
    const moved = tasks.size + foreign;
    logger.info({ name, moved, left: stayed.length }, 'parked tasks were sent through again');
    return { moved, left: stayed.length, stayed };
  }

  /**
   * Takes messages out for good of which `isOver` says so, asked about 100 of them at a time and answering in their order.
   * The others are back at their places afterwards; for that moment nobody else sees them. However many are parked, no more
   * than 100 are held here. @returns how many were taken out. Rejects as `list` does, and with what `isOver` rejects with.
   */
  async discard(isOver: (parked: readonly ParkedTask[]) => Promise<readonly boolean[]>): Promise<number> {
    const { connection, name, logger = silentLogger } = this.options;
    const discarded = await withOwnChannel(connection, async (open) => {
      let left = (await findQueue(open, QUEUE.parking))?.messageCount ?? 0;
      let count = 0;
      while (left > 0) {
        const page: GetMessage[] = [];
        while (page.length < Math.min(LOOKED_AT, left)) {
          const message = await getMessage(open, QUEUE.parking);
          if (!message) break;
          page.push(message);
        }
        if (page.length === 0) break;
        left -= page.length;
        const over = await isOver(page.map(describeParked));
        for (const message of page.filter((_, index) => over[index])) {
          open.amqp.ack(message);
          count += 1;
        }
      }
      return count;
    });
    if (discarded > 0) logger.info({ name, discarded }, 'parked messages were discarded');
    return discarded;
  }

  /** Why it stays; undefined when it is on its way in again. */
  private sendForeign(message: GetMessage): Promise<string | undefined> {
    return unlessUnroutable(() => redriveForeign(this.options.publisher, message));
  }

  /** Why it stays; undefined when its task is in the work queue. */
  private async sendOnce(message: GetMessage, moved: Set<string>): Promise<string | undefined> {
    const task = readTask(message);
    if (!task.ok) return `it cannot be read as a task: ${task.problem}`;
    const { taskId, taskType } = task.value;
    // A second copy of a task is what a re-drive that was killed has left.
    if (moved.has(taskId)) return undefined;
    if (!this.options.topology.taskTypes.includes(taskType)) return `there is no task type '${taskType}'`;
    const headers = travellingHeaders(message.properties.headers);
    // A re-drive is the current copy and begins with all its attempts.
    for (const name of OF_ONE_COPY) delete headers[name];
    return unlessUnroutable(async () => {
      await this.options.publisher.publish({
        exchange: EXCHANGE.work,
        routingKey: taskType,
        body: message.content,
        properties: {
          ...copyProperties(message.properties, {
            ...headers,
            [HEADER.taskType]: taskType,
            // By this a worker knows a re-drive; somebody may have parked the message by hand, without it.
            [HEADER.parkedAt]: headers[HEADER.parkedAt] ?? new Date().toISOString(),
          }),
          messageId: taskId,
        },
      });
      moved.add(taskId);
      return undefined;
    });
  }

  /** Fetches each message that is parked now, `limit` of them at most; what is not acknowledged goes back at the end. */
  private visit<T>(
    limit: number,
    look: (message: GetMessage, open: OpenChannel) => Promise<T>,
  ): Promise<T[]> {
    return withOwnChannel(this.options.connection, async (open) => {
      const present = (await findQueue(open, QUEUE.parking))?.messageCount ?? 0;
      const found: T[] = [];
      while (found.length < Math.min(limit, present)) {
        const message = await getMessage(open, QUEUE.parking);
        if (!message) break;
        found.push(await look(message, open));
      }
      return found;
    });
  }
}

/** What has no queue stays, and the others go on. */
async function unlessUnroutable(send: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof PublishError && error.code === 'UNROUTABLE') return error.message;
    throw error;
  }
}
