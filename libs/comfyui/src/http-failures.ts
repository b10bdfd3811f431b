import type { FailureCode } from '@app/contracts';
import { isAxiosError } from 'axios';
import { ComfyCallFailure } from './call-failure.errors.js';
import { jsonOf, type HttpAnswer } from './http-answer.js';
import { BodyTooLarge } from './read-body.js';

/** What of a call is told in its failure: never its bytes, nor the address with a password in it. */
export interface BrokenCall {
  name: string;
  timeoutMs: number;
  maxBytes: number;
}

/** These mean that no connection was made, so the engine cannot have acted on the call. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What says that it is busy, starting or broken will be well again; a gateway in front says so, too. */
const PASSES = new Set([408, 425, 429]);

/** Node's parser and zlib on an answer that breaks HTTP or its own Content-Encoding. */
const BROKEN_ANSWER = /^(HPE_|Z_|ERR_BROTLI|ERR__ERROR)/;

/**
 * The failure for an answer that a call cannot use: `engine_unreachable` for a server that says that it is not
 * well, `upstream_garbage` for what no ComfyUI says.
 */
export function failureOfAnswer(call: BrokenCall, answer: HttpAnswer, what: string): ComfyCallFailure {
  const { status } = answer;
  const text = answer.body.toString('utf8').slice(0, 2000);
  const value = jsonOf(answer) ?? text;
  const quote = typeof value === 'string' && value !== '' ? `: ${value.slice(0, 200)}` : '';
  const code: FailureCode = status >= 500 || PASSES.has(status) ? 'engine_unreachable' : 'upstream_garbage';
  return new ComfyCallFailure(code, `${call.name} gave ${what}${quote}`, {
    status,
    body: value,
    // A gateway says this when it lost the server behind it half-way; a 2xx, that something was done.
    mayHaveArrived: status === 502 || status === 504 || (status >= 200 && status <= 299),
    tooLarge: false,
  });
}

/**
 * The failure for a call without a whole answer. An engine that dies half-way looks like one that announced more
 * bytes than it sends: both are `engine_unreachable`. One that begins and does not end in time drips.
 */
export function failureWithoutAnswer(
  call: BrokenCall,
  error: unknown,
  { timedOut, hasBegun }: { timedOut: boolean; hasBegun: boolean },
): ComfyCallFailure {
  const code = codeOf(error);
  const tooLarge = error instanceof BodyTooLarge;
  const isGarbage = tooLarge || (timedOut ? hasBegun : BROKEN_ANSWER.test(code));
  let why = code === '' ? String(error) : code;
  if (timedOut) why = `no whole answer within ${call.timeoutMs} ms`;
  if (tooLarge) why = `an answer larger than ${call.maxBytes} bytes`;
  return new ComfyCallFailure(
    isGarbage ? 'upstream_garbage' : 'engine_unreachable',
    `${call.name} failed: ${why}`,
    { status: null, body: null, mayHaveArrived: timedOut || !NEVER_SENT.has(code), tooLarge },
    // Never the client's own error: it holds the address with its password, and the bytes that were being sent.
    new Error(error instanceof Error ? `${code} ${error.message}`.trim() : String(error)),
  );
}

function codeOf(error: unknown): string {
  if (isAxiosError(error)) return error.code ?? '';
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}
