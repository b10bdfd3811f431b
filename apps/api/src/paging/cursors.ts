import { createHmac, timingSafeEqual } from 'node:crypto';
import { ProblemException } from '../problems/problem.exception.js';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
/** 128 bits of the signature: nobody guesses that, and addresses stay short. */
const SIGNATURE_BYTES = 16;
const LONGEST = 1000;

/** What a cursor is good for: one list of one owner under one choice of filters. */
export type CursorScope = Readonly<Record<string, string | null | undefined>>;

/**
 * Gives and reads cursors: where a list goes on, signed together with what list it is. Callers cannot make, change or
 * exchange them.
 */
export class Cursors {
  constructor(
    private readonly key: Buffer,
    private readonly now: () => number = Date.now,
  ) {}

  /** `position` is the last entry that was shown. */
  issue(scope: CursorScope, position: string): string {
    const body = Buffer.from(JSON.stringify([this.now() + LIFETIME_MS, position])).toString('base64url');
    return `${body}.${this.sign(scope, body).toString('base64url')}`;
  }

  /** The position in a cursor. @throws ProblemException `bad_cursor`, also for one that is a day old. */
  read(scope: CursorScope, cursor: string): string {
    const [body = '', signature = '', ...more] = cursor.slice(0, LONGEST).split('.');
    const given = Buffer.from(signature, 'base64url');
    const isOurs =
      more.length === 0 &&
      given.length === SIGNATURE_BYTES &&
      given.toString('base64url') === signature &&
      timingSafeEqual(given, this.sign(scope, body));
    if (!isOurs) throw new ProblemException('bad_cursor');
    const [until, position] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [number, string];
    if (this.now() > until) throw new ProblemException('bad_cursor');
    return position;
  }

  private sign(scope: CursorScope, body: string): Buffer {
    const entries = Object.entries(scope)
      .filter(([, value]) => value !== undefined && value !== null)
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    const signed = JSON.stringify([entries, body]);
    return createHmac('sha256', this.key).update(signed).digest().subarray(0, SIGNATURE_BYTES);
  }
}
