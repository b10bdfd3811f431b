import type { Server } from 'node:http';

/** A request line and its headers fit into one or two packets. */
const HEADERS_MS = 20_000;
/** A photo of 20 MB over a line of 23 KB/s; a body that stands still is given up much earlier by its reader. */
const REQUEST_MS = 15 * 60_000;
/** Longer than proxies usually keep an idle connection to us, so that they close it and never use a dying one. */
const KEEP_ALIVE_MS = 75_000;

/** Bounds what a slow caller can hold. */
export function limitServer(server: Server): void {
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
}
