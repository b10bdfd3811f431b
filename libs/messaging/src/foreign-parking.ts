import type { ConfirmPublisher } from './confirm-publisher.js';
import type { Delivery } from './delivery.js';
import {
  copyProperties,
  cutToBytes,
  HEADER,
  LONGEST_KEY,
  LONGEST_PARKED_ERROR,
  travellingHeaders,
  type Headers,
} from './message-headers.js';
import { EXCHANGE } from './names.js';
import type { ForeignOrigin } from './read-foreign.js';

/** No message of this size is ever taken in; operators need its beginning, and the broker's disk is not theirs. */
const LONGEST_BODY = 1024 * 1024;

/** What only our own programs say of a message; its sender must not. */
const OURS: readonly string[] = Object.values(HEADER).filter((name) => name !== HEADER.unreadable);

/** Puts foreign messages where operators find them, with why, and with what a re-drive needs to vouch for them. */
export class ForeignParking {
  constructor(
    private readonly publisher: ConfirmPublisher,
    /** Who parks them. */
    private readonly name: string,
  ) {}

  /**
   * Resolves once the broker has it; rejects with a `PublishError`. What cannot be sent again stays behind: headers that
   * are no plain values, or too many, and of a body of more than 1 MiB the rest. Without an `origin` nobody can vouch
   * for it.
   */
  async park(
    delivery: Delivery,
    refusal: { code: string; message: string },
    origin: ForeignOrigin | undefined,
  ): Promise<void> {
    const { content, properties } = delivery.message;
    const cut =
      content.length > LONGEST_BODY ? ` (Only the first of its ${content.length} bytes are here.)` : '';
    await this.publisher.publish({
      exchange: EXCHANGE.parking,
      routingKey: cutToBytes(delivery.routingKey, LONGEST_KEY),
      body: content.subarray(0, LONGEST_BODY),
      properties: copyProperties(properties, {
        ...withoutOurs(travellingHeaders(properties.headers)),
        [HEADER.parkedReason]: cutToBytes(refusal.code, LONGEST_KEY),
        [HEADER.parkedError]: cutToBytes(refusal.message, LONGEST_PARKED_ERROR) + cut,
        // Nobody has run anything here.
        [HEADER.parkedAttempts]: 0,
        [HEADER.parkedAt]: new Date().toISOString(),
        [HEADER.parkedBy]: this.name,
        [HEADER.originalQueue]: delivery.queue,
        ...(origin && {
          [HEADER.parkedUser]: origin.user ?? '',
          [HEADER.parkedEntrance]: origin.entrance,
          [HEADER.parkedVhost]: origin.vhost,
        }),
      }),
    });
  }
}

/** The headers of a foreign message that are its sender's own. */
export function withoutOurs(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OURS.includes(name)));
}
