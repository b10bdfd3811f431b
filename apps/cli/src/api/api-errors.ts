import type { Problem, ProblemCode } from '@app/contracts';
import { isAxiosError, type AxiosError } from 'axios';
import { CliError } from '../cli-error.js';

/** How a body ends that does not come whole. */
const BROKEN_OFF = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'];

/** An answer of the API that says no, as a sentence. */
export class ApiRefusal extends CliError {
  override readonly name = 'ApiRefusal';

  constructor(
    message: string,
    readonly status: number,
    /** How long the API asks to wait before the next try, where it does. */
    readonly retryAfterMs: number | undefined,
    /** Undefined where something else than the API answered. */
    readonly code: ProblemCode | undefined,
  ) {
    super(message);
  }
}

/** The API gave no answer at all, or not the whole of it; what was asked may have been done. */
export class ApiSilence extends CliError {
  override readonly name = 'ApiSilence';
}

/**
 * What a call of the API at `url` failed with, as an ApiRefusal or an ApiSilence; an error that is not the API's stays as it
 * is. The key is in the request that an Axios error carries: nothing of that is kept.
 */
export function toApiError(error: unknown, url: string): unknown {
  if (isAxiosError(error)) return error.response ? toRefusal(error.response) : toSilence(error, url);
  const { code = '' } = error as NodeJS.ErrnoException;
  if (!BROKEN_OFF.includes(code)) return error;
  return new ApiSilence(`${url} broke off in the middle of its answer.`);
}

function toSilence({ code, message }: AxiosError, url: string): ApiSilence {
  return new ApiSilence(`No answer from ${url} (${code ?? message}).`);
}

function toRefusal({ status, headers, data }: NonNullable<AxiosError['response']>): ApiRefusal {
  const { detail, errors = [], code } = (data ?? {}) as Partial<Problem>;
  const text = detail ?? `The API answered ${status}.`;
  const fields = errors
    .filter(({ message }) => !text.includes(message))
    .map(({ pointer, message }) => `${pointer}: ${message}`)
    .join('; ');
  const seconds = Number(headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
  return new ApiRefusal(fields ? `${text} (${fields})` : text, status, retryAfterMs, code);
}
