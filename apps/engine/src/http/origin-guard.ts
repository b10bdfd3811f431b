import { isLoopback } from '@app/runtime';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request may come from a page of another site, and must be refused with 403. Rules of ComfyUI v0.27.1:
 * `Sec-Fetch-Site: cross-site`, and on a loopback host an `Origin` other than the host.
 *
 * Ours on top: an engine that listens on loopback only answers to loopback names only. Otherwise a page could give
 * its own name this machine's address (DNS rebinding) and look at the photos here.
 */
export function isForeign(headers: IncomingHttpHeaders, listensOnLoopbackOnly: boolean): boolean {
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  const host = parseHost(`http://${headers.host ?? ''}`);
  const onLoopback = host !== undefined && isLoopback(host.hostname);
  if (listensOnLoopbackOnly && !onLoopback) return true;
  if (headers.origin === undefined || !onLoopback) return false;
  return parseHost(headers.origin)?.host !== host.host;
}

function parseHost(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
