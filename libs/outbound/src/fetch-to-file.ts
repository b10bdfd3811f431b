import { withDeadline } from './deadline.js';
import type { OutboundAnswer } from './outbound-answer.js';
import type { OutboundGuard } from './outbound-guard.js';
import type { OutboundRoute } from './outbound-route.js';
import { send } from './outbound-request.js';
import { FetchRefused, UrlNotAllowed, UrlUnreachable } from './outbound.errors.js';
import { saveAnswer } from './save-answer.js';
import { urlFilename } from './url-filename.js';

/** A shortener, a host that moved to https, and a store behind it; more is a loop or a game. */
const MAX_REDIRECTS = 3;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Besides 5xx: what a host says of the moment, not of the file (RFC 9110, RFC 8470, RFC 6585). */
const PASSES = new Set([408, 425, 429]);

/** Where to, and how much of it for how long. */
export interface FetchToFileOptions {
  /** Of a file that does not exist, in a folder that does. */
  path: string;
  maxBytes: number;
  /** For all of it: DNS, every redirect, the last byte. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** What was saved. */
export interface FetchedFile {
  bytes: number;
  /** In hexadecimal digits. */
  sha256: string;
  /** For people to read, at most 255 bytes: from the URL that was named, else where it led, else `photo`. */
  filename: string;
  /** Where the redirects led; it can hold a query string with a secret, so it is not for logs. */
  finalUrl: string;
}

/**
 * Saves what a stranger's URL points to. At most three redirects, each judged like the first URL. Asked for without
 * content coding, and one that comes all the same is refused, so that nothing can swell. What the bytes are, is for the
 * caller to judge: the content type is not looked at. Whatever goes wrong, no file is left behind.
 * @throws UrlNotAllowed for this URL, or for one that it redirects to
 * @throws UrlUnreachable no whole answer within `timeoutMs`, 408, 425, 429 or 5xx: another try may help
 * @throws FetchRefused `file_too_large` above `maxBytes`; `fetch_failed` for another status than 200, a fourth
 *   redirect, or a content coding
 * @throws the signal's reason; errors of the file system (`EEXIST`, `ENOSPC`) as they are
 */
export async function fetchToFile(
  guard: OutboundGuard,
  url: string,
  { path, maxBytes, timeoutMs, signal }: FetchToFileOptions,
): Promise<FetchedFile> {
  const named = guard.judge(url);
  return withDeadline({ timeoutMs, signal, host: named.host }, async (abort) => {
    const { answer, finalUrl } = await follow(guard, named, abort);
    try {
      refuseUnfit(answer);
      const saved = await saveAnswer(answer, path, maxBytes);
      return {
        ...saved,
        filename: urlFilename(named) || urlFilename(finalUrl) || 'photo',
        finalUrl: finalUrl.href,
      };
    } finally {
      answer.drop();
    }
  });
}

async function follow(
  guard: OutboundGuard,
  named: URL,
  signal: AbortSignal,
): Promise<{ answer: OutboundAnswer; finalUrl: URL }> {
  let route = await guard.route(named.href, signal);
  for (let redirects = 0; ; redirects += 1) {
    const answer = await send(route, { method: 'GET', headers: { Accept: '*/*' } }, signal);
    if (!REDIRECTS.has(answer.status)) return { answer, finalUrl: route.url };
    answer.drop();
    if (redirects === MAX_REDIRECTS) {
      throw new FetchRefused('fetch_failed', `${named.host} redirects more than ${MAX_REDIRECTS} times.`);
    }
    route = await redirected(guard, route.url, locationOf(answer), signal);
  }
}

async function redirected(
  guard: OutboundGuard,
  from: URL,
  location: string,
  signal: AbortSignal,
): Promise<OutboundRoute> {
  if (location === '' || !URL.canParse(location, from.href)) {
    throw new FetchRefused('fetch_failed', `${from.host} redirects to nowhere.`);
  }
  try {
    return await guard.route(new URL(location, from).href, signal);
  } catch (error) {
    if (!(error instanceof UrlNotAllowed)) throw error;
    // Where it leads is the host's own matter, and may be the name of something inside.
    throw new UrlNotAllowed(error.reason, `${from.host} redirects to where requests are not allowed.`);
  }
}

/** Hosts write it as UTF-8 where it is not ASCII; Node gives the bytes of a header as characters. */
function locationOf(answer: OutboundAnswer): string {
  return Buffer.from(answer.header('location'), 'latin1').toString('utf8');
}

function refuseUnfit(answer: OutboundAnswer): void {
  const { host, status } = answer;
  if (status >= 500 || PASSES.has(status)) {
    throw new UrlUnreachable(`${host} answered with status ${status}.`, answer.retryAfterMs);
  }
  if (status !== 200) throw new FetchRefused('fetch_failed', `${host} answered with status ${status}.`);
  if (!answer.isIdentity)
    throw new FetchRefused('fetch_failed', `${host} sent the file with a content coding.`);
}
