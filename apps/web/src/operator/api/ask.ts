import { ApiProblem } from '../../api/api-problem.js';
import { callApi, fetchFromApi, type ApiCall } from '../../api/call-api.js';
import { operatorKey } from './operator-key.js';

/** What may stand in a header; a key never has anything else. */
const SENDABLE = /^[\x21-\x7e]+$/;

/**
 * `callApi` with the operator's key. A key that is not taken any more ends the session.
 *
 * @throws ApiProblem
 */
export async function ask<T>(path: string, call: ApiCall = {}): Promise<T> {
  return guarded(() => callApi<T>(path, withKey(call)));
}

/** A picture, which is only shown to who has the key. */
export async function askBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  return guarded(async () => (await fetchFromApi(path, withKey(signal ? { signal } : {}))).blob());
}

/** Whether it can be a key at all: what browsers cannot send is none. */
export function isSendable(key: string): boolean {
  return SENDABLE.test(key);
}

function withKey(call: ApiCall): ApiCall {
  const apiKey = operatorKey.read();
  if (apiKey === null) throw new ApiProblem('unauthorized', null);
  return { ...call, apiKey };
}

async function guarded<T>(call: () => Promise<T>): Promise<T> {
  const asked = operatorKey.read();
  try {
    return await call();
  } catch (error) {
    // An answer to a key that has been replaced meanwhile says nothing about this one.
    const isRefused = error instanceof ApiProblem && error.code === 'unauthorized';
    if (isRefused && asked !== null && operatorKey.read() === asked) operatorKey.forget('refused');
    throw error;
  }
}
