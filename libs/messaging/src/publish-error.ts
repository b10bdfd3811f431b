/**
 * Why a message was not published for certain.
 * - `BROKER_UNAVAILABLE`: no connection, or it is blocked, or it broke before the confirm (then the message may be in).
 * - `PUBLISH_WINDOW_FULL`: too many unconfirmed messages; nothing was sent.
 * - `NACKED`: the broker refused it.
 * - `UNROUTABLE`: no queue is bound for its key, a task type that nobody declared, say.
 * - `CONFIRM_TIMEOUT`: no answer in time; the message may be in.
 */
export type PublishErrorCode =
  'BROKER_UNAVAILABLE' | 'PUBLISH_WINDOW_FULL' | 'NACKED' | 'UNROUTABLE' | 'CONFIRM_TIMEOUT';

/**
 * A publish that did not succeed for certain. Publishing the same message (with the same id) again is always right,
 * since every consumer of ours is idempotent by id; only `UNROUTABLE` will not get better by itself.
 */
export class PublishError extends Error {
  override readonly name = 'PublishError';

  constructor(
    readonly code: PublishErrorCode,
    message: string,
  ) {
    super(message);
  }
}
