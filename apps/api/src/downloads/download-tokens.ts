import { createHmac, timingSafeEqual } from 'node:crypto';
import { parse as parseUuid, stringify as toUuid } from 'uuid';

/** A link in somebody's mailbox or log opens nothing for ever. */
const LONGEST_MS = 7 * 24 * 60 * 60 * 1000;
const ID_BYTES = 16;
/** Seconds since 1970, which fit until the year 2106. */
const TIME_BYTES = 4;
const BODY_BYTES = ID_BYTES + TIME_BYTES;
const SIGNATURE_BYTES = 32;
/** base64url without padding. */
const LENGTH = Math.ceil(((BODY_BYTES + SIGNATURE_BYTES) * 8) / 6);

/** A token for the result of one task. */
export interface DownloadToken {
  token: string;
  /** Epoch milliseconds; whole seconds. */
  expiresAt: number;
}

/**
 * Makes and reads the tokens of result links: which task, until when, and an HMAC-SHA256 of both. Whoever holds one may
 * download one result, and needs no key.
 */
export class DownloadTokens {
  constructor(
    private readonly key: Buffer,
    private readonly now: () => number = Date.now,
  ) {}

  /** Good until the task is erased, and for seven days at most. */
  issue(taskId: string, taskExpiresAt: number): DownloadToken {
    const seconds = Math.floor(Math.min(taskExpiresAt, this.now() + LONGEST_MS) / 1000);
    const body = Buffer.alloc(BODY_BYTES);
    body.set(parseUuid(taskId));
    body.writeUInt32BE(seconds, ID_BYTES);
    const token = Buffer.concat([body, this.sign(body)]).toString('base64url');
    return { token, expiresAt: seconds * 1000 };
  }

  /** The id of the task; undefined for a token that is not ours, was changed in any character, or has expired. */
  read(token: string): string | undefined {
    if (token.length !== LENGTH) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    // Several texts stand for the same bytes; only one of them was given out.
    if (bytes.toString('base64url') !== token) return undefined;
    const body = bytes.subarray(0, BODY_BYTES);
    if (!timingSafeEqual(bytes.subarray(BODY_BYTES), this.sign(body))) return undefined;
    if (body.readUInt32BE(ID_BYTES) * 1000 <= this.now()) return undefined;
    return toUuid(body.subarray(0, ID_BYTES));
  }

  private sign(body: Buffer): Buffer {
    return createHmac('sha256', this.key).update(body).digest();
  }
}
