import { PROBLEM_CODES, type Problem } from '@app/contracts';
import { ApiProblem } from './api-problem.js';

export interface ApiCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal;
  /** Under the same key a repeated call becomes the same task. */
  idempotencyKey?: string;
  /** Who asks, instead of this device's visitor. */
  apiKey?: string;
}

/**
 * Asks the API, and answers what it says: JSON, or undefined for an empty answer.
 *
 * @throws ApiProblem where it refuses, does not answer, or something between us and it answers instead; the browser's
 * `AbortError` where `signal` ended the call.
 */
export async function callApi<T>(path: string, call: ApiCall = {}): Promise<T> {
  const response = await fetchFromApi(path, call);
  if (response.status === 204) return undefined as T;
  const answer = await readJson(response, call.signal);
  // A page of a proxy, or of a network that wants a login first.
  if (answer === undefined) throw new ApiProblem('offline', null);
  return answer as T;
}

/** Like `callApi`, for what is no JSON. */
export async function fetchFromApi(path: string, call: ApiCall): Promise<Response> {
  const { method = 'GET', body, signal, idempotencyKey, apiKey } = call;
  const headers = new Headers({ accept: 'application/json, image/*' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('idempotency-key', idempotencyKey);
  if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      cache: 'no-store',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    throw ended(error, signal);
  }
  if (response.ok) return response;
  throw toProblem(await readJson(response, signal), response.headers.get('retry-after'));
}

function toProblem(answer: unknown, retryAfter: string | null): ApiProblem {
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter !== null && seconds >= 0 ? seconds * 1000 : null;
  const problem = answer as Partial<Problem> | null | undefined;
  // Not a problem of ours: a proxy answers for an API that is away.
  if (typeof problem?.code !== 'string') return new ApiProblem('offline', retryAfterMs);
  if (!PROBLEM_CODES.includes(problem.code)) return new ApiProblem('internal_error', retryAfterMs);
  return new ApiProblem(problem.code, retryAfterMs, problem as Problem);
}

/** Undefined where it is no JSON. */
async function readJson(response: Response, signal: AbortSignal | undefined): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw ended(error, signal);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a broken connection means; a call that we ended ourselves is no problem. */
function ended(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? error : new ApiProblem('offline', null, null, { cause: error });
}
