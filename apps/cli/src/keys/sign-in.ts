import type { Problem } from '@app/contracts';
import { CliError } from '../cli-error.js';

const LIMIT_MS = 15_000;
const COOKIE = /^photo_repair_visitor=[^;]+/;

/** The headers by which the API knows somebody again. */
export type Identity = Record<'authorization', string> | Record<'cookie', string>;

/**
 * Becomes somebody for the API at `url`, before anything is sent to it: the holder of `key`, or a new visitor, whose
 * photos nobody finds again once these headers are lost. @throws CliError where the API does not answer, or the key is
 * not valid.
 */
export async function signIn(url: string, key: string | undefined): Promise<Identity> {
  const headers = key === undefined ? undefined : { authorization: `Bearer ${key}` };
  const response = await post(url, headers);
  if (!response.ok) throw new CliError(await reasonOf(response));
  if (headers !== undefined) return headers;
  const cookie = response.headers
    .getSetCookie()
    .map((each) => COOKIE.exec(each)?.[0])
    .find((each) => each !== undefined);
  if (cookie === undefined) throw new CliError(`${url} is no photo-repair: it does not say who we are.`);
  return { cookie };
}

async function post(url: string, headers: Record<string, string> | undefined): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS);
    return await fetch(new URL('/v1/session', url), { method: 'POST', signal, ...(headers && { headers }) });
  } catch (error) {
    throw new CliError(`No answer from ${url}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function reasonOf(response: Response): Promise<string> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | undefined;
  return problem?.detail ?? `The API answered ${response.status}.`;
}
