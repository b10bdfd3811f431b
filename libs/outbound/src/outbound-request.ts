import { create, isAxiosError } from 'axios';
import type { Readable } from 'node:stream';
import { OutboundAnswer } from './outbound-answer.js';
import type { OutboundRoute } from './outbound-route.js';
import { UrlNotAllowed, UrlUnreachable } from './outbound.errors.js';
import { isAgentRefusal, pinnedAgents } from './pinned-agents.js';

export interface OutboundRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** As bytes: axios trims a string that is JSON, which would break a signature over it. */
  body?: Buffer;
}

const client = create({
  adapter: 'http',
  proxy: false,
  maxRedirects: 0,
  decompress: false,
  responseType: 'stream',
  validateStatus: () => true,
});

/**
 * One request along a judged route: no proxy of the environment, no redirect followed, nothing unpacked, no connection
 * kept. Gives the answer as soon as its headers are there, whatever its status; the signal ends its body, too.
 * @throws UrlNotAllowed
 * @throws UrlUnreachable
 */
export async function send(
  route: OutboundRoute,
  { method, headers, body }: OutboundRequest,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { url } = route;
  try {
    const answer = await client.request<Readable>({
      ...pinnedAgents(route),
      method,
      url: url.href,
      headers: { 'User-Agent': 'photo-repair', ...headers, 'Accept-Encoding': 'identity' },
      ...(body && { data: body }),
      signal,
    });
    return new OutboundAnswer(url.host, answer.status, answer.headers, answer.data);
  } catch (error) {
    if (isAgentRefusal(error)) {
      throw new UrlNotAllowed('address', `${url.hostname} does not lead to public addresses only.`);
    }
    const code = isAxiosError(error) && error.code !== undefined ? ` (${error.code})` : '';
    throw new UrlUnreachable(`The connection to ${url.host} failed${code}.`);
  }
}
