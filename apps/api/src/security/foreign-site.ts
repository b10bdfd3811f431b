import { isLoopback } from '@app/runtime';
import type { IncomingHttpHeaders } from 'node:http';

/** Where the API may be reached from. */
export interface SiteRules {
  /** The API listens on loopback only, so that its name can only be a loopback one, or a proxy's. */
  loopbackOnly: boolean;
  /** Origins beside our own (`https://photos.example`): a proxy in front of us, or another page. */
  allowedOrigins: readonly string[];
}

/**
 * Whether a request comes under a name that is not ours. A page can give its own name this machine's address (DNS
 * rebinding) and would then read what lies here as if it were its own.
 */
export function isForeignHost(
  headers: IncomingHttpHeaders,
  { loopbackOnly, allowedOrigins }: SiteRules,
): boolean {
  if (!loopbackOnly) return false;
  const host = parse(`http://${headers.host ?? ''}`);
  if (host === undefined) return true;
  return !isLoopback(host.hostname) && !allowedOrigins.some((origin) => parse(origin)?.host === host.host);
}

/**
 * Whether a browser sent it from a page of another site. Form posts and WebSockets need no permission of ours to be
 * sent, so that the server has to look. Programs send no `Origin` and pass.
 */
export function isForeignOrigin(headers: IncomingHttpHeaders, { allowedOrigins }: SiteRules): boolean {
  const { origin, host } = headers;
  if (origin !== undefined && allowedOrigins.includes(origin)) return false;
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  return origin !== undefined && parse(origin)?.host !== host;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
