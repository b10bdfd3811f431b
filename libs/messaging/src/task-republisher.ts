import type { Failure, TaskLedger } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import type { Delivery } from './delivery.js';
import {
  copyProperties,
  cutToBytes,
  HEADER,
  LONGEST_KEY,
  LONGEST_PARKED_ERROR,
  OF_ONE_COPY,
  travellingHeaders,
  type Headers,
} from './message-headers.js';
import { EXCHANGE, retryLevelName } from './names.js';

/** What the next copy of a message says of the task's life so far. Only `settledRun` is read again; see `TaskLedger`. */
export type Counts = Pick<TaskLedger, 'settledRun' | 'failedAttempts' | 'crashes'>;

/** What a message that goes on does not take along: what was true of this copy, and why it once was parked. */
const LEFT_BEHIND: readonly string[] = [
  ...OF_ONE_COPY,
  HEADER.parkedReason,
  HEADER.parkedError,
  HEADER.parkedAttempts,
  HEADER.parkedAt,
  HEADER.parkedBy,
  HEADER.parkedUser,
  HEADER.parkedEntrance,
  HEADER.parkedVhost,
];

/**
 * Publishes a received message once more, body unchanged, to where it goes next. Each resolves once the broker has it
 * and rejects with a `PublishError`; acknowledging the original afterwards is the caller's.
 */
export class TaskRepublisher {
  constructor(
    private readonly publisher: ConfirmPublisher,
    private readonly workerName: string,
  ) {}

  /**
   * To a retry level, from where it comes back to be run again. The key is the queue's own task type: a message that
   * an operator moved has a queue's name in its place, and would vanish on its way back.
   */
  toRetry(delivery: Delivery, levelMs: number, counts: Counts): Promise<void> {
    return this.send(delivery, retryLevelName(levelMs), delivery.routingKey, nextCopy(delivery, counts));
  }

  /** The same, saying what it said before. */
  toRetryUnchanged(delivery: Delivery, levelMs: number): Promise<void> {
    const headers = travellingHeaders(delivery.message.properties.headers);
    return this.send(delivery, retryLevelName(levelMs), delivery.routingKey, headers);
  }

  /** Back to the end of the queue it came from, not marked as delivered before. */
  toOwnQueue(delivery: Delivery, counts: Counts): Promise<void> {
    return this.send(delivery, EXCHANGE.work, delivery.routingKey, nextCopy(delivery, counts));
  }

  /** To the operators. Without its counts, so that a message which is moved back by hand has all attempts again. */
  toParking(delivery: Delivery, failure: Failure, attempts: number): Promise<void> {
    return this.send(delivery, EXCHANGE.parking, delivery.routingKey, {
      ...bareHeaders(delivery),
      [HEADER.parkedReason]: failure.code,
      [HEADER.parkedError]: cutToBytes(failure.message, LONGEST_PARKED_ERROR),
      [HEADER.parkedAttempts]: attempts,
      [HEADER.parkedAt]: new Date().toISOString(),
      [HEADER.parkedBy]: this.workerName,
      [HEADER.originalQueue]: delivery.queue,
    });
  }

  private send(delivery: Delivery, exchange: string, routingKey: string, headers: Headers): Promise<void> {
    const { content, properties } = delivery.message;
    return this.publisher.publish({
      exchange,
      routingKey: cutToBytes(routingKey, LONGEST_KEY),
      body: content,
      properties: copyProperties(properties, headers),
    });
  }
}

function bareHeaders(delivery: Delivery): Headers {
  const headers = travellingHeaders(delivery.message.properties.headers);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !LEFT_BEHIND.includes(name)));
}

function nextCopy(delivery: Delivery, counts: Counts): Headers {
  return {
    ...bareHeaders(delivery),
    [HEADER.taskType]: delivery.routingKey,
    [HEADER.run]: counts.settledRun,
    [HEADER.attempt]: counts.failedAttempts,
    [HEADER.crashCount]: counts.crashes,
  };
}
