import type { ConfirmPublisher } from './confirm-publisher.js';
import { HEADER } from './message-headers.js';
import { EXCHANGE, QUEUE } from './names.js';

/** A task of somebody else whom the publishing program has made sure of. */
export interface VouchedTask {
  /** Whose it is: `redis:user1`; empty for the anonymous publisher. At most 200 characters. */
  publisher: string;
  /** The foreign message's body; becomes JSON. */
  body: unknown;
  /** The same for the same message, however often it is sent. */
  messageId: string;
  correlationId?: string;
  /** Whether what becomes of it is told to `BridgeAnswerSubscriber`. */
  answers?: boolean;
}

/** Hands on tasks of other systems for whose publisher one of our own programs vouches. */
export class VouchedTaskPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /** Resolves once the broker has it on disk; rejects with a `PublishError`. */
  async publish({ publisher, body, messageId, correlationId, answers = false }: VouchedTask): Promise<void> {
    await this.publisher.publish({
      exchange: EXCHANGE.vouched,
      routingKey: '',
      body: Buffer.from(JSON.stringify(body)),
      properties: {
        messageId,
        ...(correlationId !== undefined && { correlationId }),
        ...(answers && { replyTo: QUEUE.bridgeAnswers }),
        appId: 'photo-repair',
        contentType: 'application/json',
        persistent: true,
        timestamp: Math.floor(Date.now() / 1000),
        headers: { [HEADER.publisher]: publisher },
      },
    });
  }
}
