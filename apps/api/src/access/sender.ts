import type { IncomingHttpHeaders } from 'node:http';
import { readCredentials } from './credentials.js';
import { networkOf } from './network.js';
import { hashToken } from './token.js';

/**
 * By whose count a request goes, as far as that shows without looking anything up: that of its key or cookie, or else
 * of its network. The holders of a link share no count, for it may have been given to many.
 */
export function senderOf(headers: IncomingHttpHeaders, address: string): string {
  const credentials = readCredentials(headers);
  return credentials.kind === 'key' || credentials.kind === 'visitor'
    ? hashToken(credentials.token)
    : networkOf(address);
}
