import { withDeadline } from './deadline.js';
import type { OutboundAnswer } from './outbound-answer.js';
import type { OutboundGuard } from './outbound-guard.js';
import { send } from './outbound-request.js';

/** What to send, and how long and how much to wait for. */
export interface PostJsonOptions {
  /** Sent byte for byte, so that a signature over it holds. */
  body: string;
  headers: Record<string, string>;
  /** For all of it: DNS, the connection, and the answer's body up to `maxAnswerBytes`. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** 65536 unless told. What comes after is not read: the connection is closed. */
  maxAnswerBytes?: number;
}

/** What the host answered. */
export interface PostAnswer {
  /** Whatever it is: 3xx, 4xx and 5xx, too. */
  status: number;
  /** From Retry-After, 0 to 24 hours; null where the host did not say. */
  retryAfterMs: number | null;
  /** As UTF-8, bytes that are none replaced; it can hold any character, NUL included. */
  body: string;
}

/**
 * Posts JSON to a stranger's URL, judged at this moment. Never follows a redirect: a signed message is for the one
 * address that was named. An answer that does not end within the time is none, even if its status came: then it may
 * have been delivered all the same, so the receiver has to tolerate a second one.
 * @throws UrlNotAllowed
 * @throws UrlUnreachable DNS, connection, TLS, the time limit, an answer that breaks off
 * @throws the signal's reason
 */
export async function postJson(
  guard: OutboundGuard,
  url: string,
  { body, headers, timeoutMs, signal, maxAnswerBytes = 65_536 }: PostJsonOptions,
): Promise<PostAnswer> {
  const { host } = guard.judge(url);
  return withDeadline({ timeoutMs, signal, host }, async (abort) => {
    const route = await guard.route(url, abort);
    const answer = await send(
      route,
      {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: '*/*', ...headers },
        body: Buffer.from(body),
      },
      abort,
    );
    try {
      return {
        status: answer.status,
        retryAfterMs: answer.retryAfterMs,
        body: await textOf(answer, maxAnswerBytes),
      };
    } finally {
      answer.drop();
    }
  });
}

async function textOf(answer: OutboundAnswer, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.chunks()) {
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  // `stream` leaves out a character whose end was cut off.
  return new TextDecoder().decode(Buffer.concat(chunks), { stream: true });
}
