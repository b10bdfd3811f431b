import type { IncomingMessage } from 'node:http';

/**
 * True when a socket may be opened from where it comes: our own page, an origin that the operator allows, or a
 * program that sends no Origin. Browsers do not apply the same-origin rule to WebSockets; the server has to.
 */
export function sameOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
