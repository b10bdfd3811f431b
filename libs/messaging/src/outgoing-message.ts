import type { SpanContext } from '@opentelemetry/api';
import type { Options } from 'amqplib';

/** A message to publish; `properties.messageId` is how a returned message is found again. */
export interface OutgoingMessage {
  exchange: string;
  routingKey: string;
  body: Buffer;
  properties: Options.Publish & { messageId: string };
  /** False where it may be lost because no queue takes it; true by default. */
  mandatory?: boolean;
  /** Of something that is asked for once more: the span that it was made in, which is linked to. */
  createdIn?: SpanContext;
}
