import { MOST_RUNS, taskMessageSchema, type Failure, type TaskMessage } from '@app/contracts';
import type { Message } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { decodeJson } from './decode-json.js';
import { InOrderConsumer, type Reading } from './in-order-consumer.js';
import { HEADER, readWhole } from './message-headers.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { QUEUE } from './names.js';
import { TaskPublisher } from './task-publisher.js';
import type { Topology } from './topology-rows.js';

/**
 * What becomes of an overdue task's message.
 * - `ended`: nothing more to do, the task is final. Say it only once that is stored.
 * - `again`: a worker had begun the task, so it has no waiting limit any more; the message goes back in line.
 * - `unknown`: nobody knows the task; the message is parked.
 */
export type OverdueDecision = 'ended' | 'again' | 'unknown';

/** What the subscriber needs. It owns none of it: close the connection and the publisher after it. */
export interface OverdueTaskSubscriberOptions {
  /** The consuming connection of the process. */
  connection: BrokerConnection;
  topology: Topology;
  /** For what goes back in line or is parked. */
  publisher: ConfirmPublisher;
  /** Who parks what nobody knows: `api-1`. */
  name: string;
  logger?: MessagingLogger;
  /**
   * Called once for each message, and again, 200 ms to 3 s apart, for as long as it rejects or its decision cannot be
   * carried out; the next messages wait meanwhile. A message may come twice, so it has to be idempotent.
   */
  decide: (message: TaskMessage) => Promise<OverdueDecision>;
}

/**
 * Hears at an API instance which messages the broker took out of a work queue because their waiting limit had passed;
 * instances compete for them. Most are tasks that nobody had begun in time. But a message whose worker died after its
 * limit comes here at once, too, instead of back to its queue (RabbitMQ 3.10 to 4.3): only the owner of the tasks can
 * tell the two apart, so it decides.
 *
 * Each message is acknowledged after its decision was carried out: a copy that goes back in line, or is parked, has
 * been confirmed by the broker before. What cannot be read is parked with the reason. It begins at once.
 */
export class OverdueTaskSubscriber {
  private readonly consumer: InOrderConsumer<TaskMessage>;
  private readonly tasks: TaskPublisher;

  constructor(private readonly options: OverdueTaskSubscriberOptions) {
    this.tasks = new TaskPublisher(options.publisher);
    this.consumer = new InOrderConsumer({
      ...options,
      logger: options.logger ?? silentLogger,
      queue: QUEUE.expired,
      waitingWords: 'the next overdue task could not be decided',
      read: readTask,
      handle: (message, original) => this.handle(message, original),
    });
  }

  /** Why overdue tasks do not come or are not decided (since when, how often tried), as a phrase; null when all is well. */
  get problem(): string | null {
    return this.consumer.problem;
  }

  /** Resolves once overdue tasks come; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  whenReady(timeoutMs: number): Promise<void> {
    return this.consumer.whenReady(timeoutMs);
  }

  /** Takes no more, waits for the one in hand (`graceMs` at most, 5,000 by default) and closes its channel. */
  close(graceMs = 5_000): Promise<void> {
    return this.consumer.close(graceMs);
  }

  private async handle(message: TaskMessage, original: Message): Promise<Failure | undefined> {
    const { taskId, taskType } = message;
    const decision = await this.options.decide(message);
    if (decision === 'ended') return undefined;
    if (decision === 'unknown') {
      return { code: 'unknown', message: `Nobody knows the task ${taskId}, which waited too long.` };
    }
    if (!this.options.topology.taskTypes.includes(taskType)) {
      return {
        code: 'unknown',
        message: `The task has to be run again, but there is no queue for '${taskType}'.`,
      };
    }
    await this.tasks.publishAgain(message, fromOriginal(original));
    this.options.logger?.warn({ taskId }, 'a begun task was past its waiting limit; it is back in line');
    return undefined;
  }
}

function fromOriginal({ properties }: Message): { priority?: number; settledRuns?: number } {
  const priority: unknown = properties.priority;
  const settledRuns = readWhole(properties.headers ?? {}, HEADER.run, MOST_RUNS);
  return {
    ...(typeof priority === 'number' && { priority }),
    ...(typeof settledRuns === 'number' && { settledRuns }),
  };
}

function readTask({ content }: Message): Reading<TaskMessage> {
  const decoded = decodeJson(content, taskMessageSchema);
  if (decoded.ok) return decoded;
  const message = `Cannot read the overdue message: ${decoded.problem}.`;
  return { ok: false, failure: { code: 'malformed_message', message } };
}
