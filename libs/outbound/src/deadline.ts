import { UrlUnreachable } from './outbound.errors.js';

export interface DeadlineOptions {
  /** For the whole work, from DNS to the last byte. At most 2^31 - 1, which is what a timer of Node can count. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Whom the message names. */
  host: string;
}

/**
 * Runs work that ends when its signal aborts. Rejects with the reason of the caller's signal, or with `UrlUnreachable`
 * when the time is over. One clock for all: a limit for each part could be stretched byte by byte.
 */
export async function withDeadline<T>(
  { timeoutMs, signal, host }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const abort = new AbortController();
  const onAbort = (): void => abort.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(onAbort, timeoutMs);
  try {
    return await work(abort.signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (abort.signal.aborted)
      throw new UrlUnreachable(`No whole answer from ${host} within ${timeoutMs} ms.`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
