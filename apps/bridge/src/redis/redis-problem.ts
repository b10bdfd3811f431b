import { ErrorReply } from 'redis';

/** What Redis answers with, by the word that the answer begins with, in words for people. */
const ANSWERS: readonly [RegExp, string][] = [
  [/^(NOAUTH|WRONGPASS|ERR invalid password|ERR AUTH)/, 'Redis refuses the login'],
  [/^NOPERM/, 'the Redis user may not do this'],
  [/^LOADING/, 'Redis is still loading its data'],
  [/^(READONLY|MASTERDOWN)/, 'this Redis is a copy that takes no changes'],
  [/^MISCONF/, 'Redis takes no changes because it cannot write its disk'],
  [/^OOM/, 'Redis is out of memory'],
  [/^WRONGTYPE/, 'a key that has to be a stream is something else'],
  [/^BUSY /, 'Redis is busy with a script'],
  [/^ERR max number of clients/, 'Redis has as many clients as it takes'],
];

const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ETIMEDOUT: 'no answer came in time',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that is trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be checked',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/** By node-redis 6: the message of each is for programmers. */
const NAMES: Readonly<Record<string, string>> = {
  SocketClosedUnexpectedlyError: 'the connection broke',
  DisconnectsClientError: 'the connection was closed',
  ClientClosedError: 'the connection was closed',
  ClientOfflineError: 'not connected',
  ConnectionTimeoutError: 'no connection came about in time',
};

/** Redis has not answered a command in time; whether it was carried out is not known. */
export class RedisSilent extends Error {
  override readonly name = 'RedisSilent';

  constructor(limitMs: number) {
    super(`Redis did not answer within ${limitMs / 1000} s.`);
  }
}

/** Whether the consumer group, or its whole stream, is gone: deleted, or flushed with everything else. */
export function isGroupGone(error: unknown): boolean {
  // Redis 7 says NOGROUP to whoever waits when the stream is deleted, Redis 6.2 says UNBLOCKED.
  return error instanceof ErrorReply && /^(NOGROUP|UNBLOCKED)/.test(error.message);
}

/** What is wrong with Redis, as a phrase for people; never the address, which holds a password. */
export function redisProblem(error: unknown): string {
  if (error instanceof ErrorReply) {
    const known = ANSWERS.find(([pattern]) => pattern.test(error.message));
    return known ? known[1] : `Redis answered: ${error.message.slice(0, 200)}`;
  }
  if (error instanceof AggregateError && error.errors.length > 0) return redisProblem(error.errors[0]);
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && CODES[code]) return CODES[code];
  return NAMES[error.constructor.name] ?? error.message.replace(/\.$/, '');
}
