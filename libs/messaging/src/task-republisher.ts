import type { Failure } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import type { Delivery } from './delivery.js';
import { copyProperties, cutToBytes, HEADER, travellingHeaders } from './message-headers.js';
import { EXCHANGE, retryLevelName } from './names.js';

/** An error text in a header; long ones are cut, since all headers share one frame. */
const LONGEST_PARKED_ERROR = 2048;

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
   * To a retry level, from where it comes back as the next attempt. The key is the queue's own task type: a message
   * that an operator moved has a queue's name in its place, and would vanish on its way back.
   */
  toRetry(delivery: Delivery, levelMs: number, endedAttempts: number): Promise<void> {
    const headers = travellingHeaders(delivery.message.properties.headers);
    return this.send(delivery, retryLevelName(levelMs), delivery.routingKey, {
      ...headers,
      [HEADER.taskType]: delivery.routingKey,
      [HEADER.attempt]: endedAttempts,
    });
  }

  /** Back to the end of the queue it came from, not marked as delivered before. */
  toOwnQueue(delivery: Delivery, crashCount: number): Promise<void> {
    const headers = travellingHeaders(delivery.message.properties.headers);
    return this.send(delivery, '', delivery.queue, { ...headers, [HEADER.crashCount]: crashCount });
  }

  /** To the operators. Without its counts, so that a message which is moved back by hand has all attempts again. */
  toParking(delivery: Delivery, failure: Failure, attempts: number): Promise<void> {
    const {
      [HEADER.attempt]: _attempt,
      [HEADER.crashCount]: _crashCount,
      ...headers
    } = travellingHeaders(delivery.message.properties.headers);
    return this.send(delivery, EXCHANGE.parking, delivery.routingKey, {
      ...headers,
      [HEADER.parkedReason]: failure.code,
      [HEADER.parkedError]: cutToBytes(failure.message, LONGEST_PARKED_ERROR),
      [HEADER.parkedAttempts]: attempts,
      [HEADER.parkedAt]: new Date().toISOString(),
      [HEADER.parkedBy]: this.workerName,
      [HEADER.originalQueue]: delivery.queue,
    });
  }

  private send(
    delivery: Delivery,
    exchange: string,
    routingKey: string,
    headers: Record<string, string | number | boolean>,
  ): Promise<void> {
    const { content, properties } = delivery.message;
    return this.publisher.publish({
      exchange,
      routingKey,
      body: content,
      properties: copyProperties(properties, headers),
    });
  }
}
