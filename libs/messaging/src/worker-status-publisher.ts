import type { EngineErased, WorkerStatus } from '@app/contracts';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { EXCHANGE } from './names.js';

/**
 * Tells every API instance that listens at this moment what a worker says of itself. All of it is transient and lossy:
 * false where it was dropped, because there is no broker or the connection is full. It never throws for that.
 */
export class WorkerStatusPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /** Who this worker is and what it does. */
  publishWorkerStatus(status: WorkerStatus): boolean {
    return this.send(status, status.process);
  }

  /** The answer to an `erase` of `TaskControl`. */
  publishErased(erased: EngineErased): boolean {
    return this.send(erased, erased.taskId);
  }

  private send(value: WorkerStatus | EngineErased, correlationId: string): boolean {
    return this.publisher.publishLossy({
      exchange: EXCHANGE.events,
      routingKey: workerRoutingKey(value.worker),
      body: Buffer.from(JSON.stringify(value)),
      properties: {
        messageId: `${correlationId}.${value.kind}`,
        correlationId,
        type: value.kind,
        appId: 'photo-repair',
        contentType: 'application/json',
        persistent: false,
        timestamp: Math.floor(Date.now() / 1000),
      },
    });
  }
}

/** `worker.<name>`. In a routing key a dot divides words, and 255 bytes is all that AMQP allows. */
export function workerRoutingKey(name: string): string {
  return `worker.${name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 100)}`;
}
