import type { IncomingHttpHeaders } from 'node:http';
import { tokenKind } from './token.js';

export const VISITOR_COOKIE = 'photo_repair_visitor';
const COOKIE = new RegExp(`(?:^|;)\\s*${VISITOR_COOKIE}="?([^";\\s]+)`);
const BEARER = /^Bearer +(\S+)\s*$/i;

/** What a request carries to say who sends it; `wrong` is something that cannot be one of our keys or links. */
export type Credentials =
  { kind: 'none' } | { kind: 'wrong' } | { kind: 'key' | 'link' | 'visitor'; token: string };

/**
 * Reads `Authorization: Bearer …`, or else the visitor's cookie. Basic authentication is a proxy's in front of us and
 * says nothing to us; any other scheme is a caller who believes to have sent a key.
 */
export function readCredentials({ authorization, cookie }: IncomingHttpHeaders): Credentials {
  if (authorization !== undefined && !/^Basic /i.test(authorization)) {
    const token = BEARER.exec(authorization)?.[1];
    const kind = token === undefined ? undefined : tokenKind(token);
    return token !== undefined && (kind === 'key' || kind === 'link') ? { kind, token } : { kind: 'wrong' };
  }
  const visitor = COOKIE.exec(cookie ?? '')?.[1];
  if (visitor === undefined || tokenKind(visitor) !== 'visitor') return { kind: 'none' };
  return { kind: 'visitor', token: visitor };
}
