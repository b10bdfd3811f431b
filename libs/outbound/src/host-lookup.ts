import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { UrlUnreachable } from './outbound.errors.js';

/**
 * All addresses of a name, asked once. By default through the system's resolver, so that `/etc/hosts` counts as it
 * does for the connection. A lookup cannot be cancelled: when the signal aborts it is left behind.
 * @throws UrlUnreachable where the name has no address, or DNS does not answer.
 */
export function lookupAll(
  name: string,
  signal: AbortSignal,
  lookup: LookupFunction = systemLookup,
): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    const unreachable = (): void => reject(new UrlUnreachable(`No address of ${name} could be found.`));
    if (signal.aborted) return unreachable();
    signal.addEventListener('abort', unreachable, { once: true });
    lookup(name, { all: true }, (error, answer) => {
      signal.removeEventListener('abort', unreachable);
      if (error || !Array.isArray(answer) || answer.length === 0) return unreachable();
      resolve(answer);
    });
  });
}
