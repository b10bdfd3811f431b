/** Why an address may not be asked; a bounded set, fit for a metric's label. */
export type UrlRefusal = 'malformed' | 'too_long' | 'scheme' | 'credentials' | 'host' | 'port' | 'address';

/**
 * The operator's rules, or where the host leads, forbid this request. No repetition helps until the rules change.
 * The message is a plain sentence for the one who named the URL: it holds at most the host and port of that URL,
 * never credentials, a path, a query string, or what DNS answered.
 */
export class UrlNotAllowed extends Error {
  override readonly name = 'UrlNotAllowed';

  constructor(
    readonly reason: UrlRefusal,
    message: string,
  ) {
    super(message);
  }
}

/**
 * There was no whole answer, or one that says "later": DNS, connection, TLS, the time limit, 408, 425, 429, 5xx.
 * Another try may help. The message holds at most a host and port. It has no `cause`: Node's own errors tell the
 * address that DNS gave, and axios's hold the request with its headers.
 */
export class UrlUnreachable extends Error {
  override readonly name = 'UrlUnreachable';

  constructor(
    message: string,
    /** What the host asked to wait, 0 to 24 hours; null where it did not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

/** An answer that no repetition changes: the file is not there, is too large, or is nothing that can be saved. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';

  constructor(
    readonly code: 'file_too_large' | 'fetch_failed',
    message: string,
  ) {
    super(message);
  }
}

/** An entry of the operator's rules cannot be read. It is thrown when the guard is made, so at the start of a process. */
export class InvalidOutboundRule extends Error {
  override readonly name = 'InvalidOutboundRule';
}
