import type { Message } from 'amqplib';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { withoutOurs } from './foreign-parking.js';
import {
  copyProperties,
  cutToBytes,
  HEADER,
  headerOf,
  LONGEST_KEY,
  travellingHeaders,
} from './message-headers.js';
import { EXCHANGE } from './names.js';

/**
 * Sends a parked message of another system through the intake once more, in the name of who had published it, as if it
 * came by its first entrance: what that one does not allow is not allowed now either. Its age begins anew; an operator
 * has seen how old it is. Resolves to why it stays, or to undefined once the broker has it; rejects with a
 * `PublishError`.
 */
export async function redriveForeign(
  publisher: ConfirmPublisher,
  message: Message,
): Promise<string | undefined> {
  const user = headerOf(message, HEADER.parkedUser);
  if (typeof user !== 'string') return 'it names no publisher';
  const entrance = headerOf(message, HEADER.parkedEntrance);
  const vhost = headerOf(message, HEADER.parkedVhost);
  const { properties, fields, content } = message;
  const { timestamp: _age, ...copied } = copyProperties(properties, {
    ...withoutOurs(travellingHeaders(properties.headers)),
    [HEADER.publisher]: user,
    ...(typeof entrance === 'string' && { [HEADER.entrance]: entrance }),
    ...(typeof vhost === 'string' && { [HEADER.vhost]: vhost }),
  });
  await publisher.publish({
    exchange: EXCHANGE.vouched,
    routingKey: cutToBytes(fields.routingKey, LONGEST_KEY),
    body: content,
    properties: copied,
  });
  return undefined;
}
