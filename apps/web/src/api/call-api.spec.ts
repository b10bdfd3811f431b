import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from './api-problem.js';
import { cancelTasks, listAlbums } from './albums.js';
import { callApi } from './call-api.js';
import { claimUpload } from './tasks.js';

const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  fetched.mockReset();
});
afterEach(() => vi.unstubAllGlobals());

const answers = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  fetched.mockImplementationOnce(
    async () =>
      new Response(typeof body === 'string' || body === null ? body : JSON.stringify(body), {
        status,
        headers,
      }),
  );
const problemOf = async (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error as ApiProblem,
  );
const sent = (index = 0): unknown => JSON.parse(fetched.mock.calls[index]?.[1]?.body as string);

describe('a call of the API', () => {
  it('answers JSON, and nothing for nothing', async () => {
    answers(200, { id: 'a' });
    expect(await callApi('/v1/x')).toEqual({ id: 'a' });
    answers(204, null);
    expect(await callApi('/v1/x', { method: 'DELETE' })).toBeUndefined();
  });

  it('throws the problem that the API answers, and when it may help to come back', async () => {
    answers(429, { code: 'rate_limited', detail: 'Slow down.' }, { 'retry-after': '7' });
    const problem = await problemOf(callApi('/v1/x'));
    expect(problem).toBeInstanceOf(ApiProblem);
    expect(problem).toMatchObject({ code: 'rate_limited', retryAfterMs: 7000, message: 'Slow down.' });
  });

  it.each<[string, () => unknown, string]>([
    ['no answer', () => fetched.mockRejectedValueOnce(new TypeError('Failed to fetch')), 'offline'],
    ['a proxy without an API', () => answers(502, '<h1>Bad Gateway</h1>'), 'offline'],
    ['a login of the network', () => answers(200, '<h1>Welcome to the hotel</h1>'), 'offline'],
    ['a code that nobody knows', () => answers(400, { code: 'teapot' }), 'internal_error'],
  ])('takes %s for %s', async (_, prepare, code) => {
    prepare();
    expect(await problemOf(callApi('/v1/x'))).toMatchObject({ code, retryAfterMs: null });
  });

  it('that the page itself ends is no problem', async () => {
    const ending = new AbortController();
    fetched.mockImplementationOnce(async () => {
      ending.abort();
      throw ending.signal.reason;
    });
    expect(await problemOf(callApi('/v1/x', { signal: ending.signal }))).toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('calls', () => {
  it('name many photos in several messages, and add up what became of them', async () => {
    const ids = Array.from({ length: 2001 }, (_, index) => `t${index}`);
    answers(200, { cancelled: 1999, already_final: 1, not_found: [] });
    answers(200, { cancelled: 0, already_final: 0, not_found: ['t2000'] });
    expect(await cancelTasks('A', ids)).toEqual({ cancelled: 1999, already_final: 1, not_found: ['t2000'] });
    expect(sent(1)).toEqual({ task_ids: ['t2000'] });
  });

  it('mean all photos without names, and none with an empty list', async () => {
    answers(200, { cancelled: 3, already_final: 0, not_found: [] });
    expect(await cancelTasks('A')).toMatchObject({ cancelled: 3 });
    expect(sent()).toEqual({});
    expect(await cancelTasks('A', [])).toMatchObject({ cancelled: 0 });
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('make a task of an upload under a key of its own', async () => {
    answers(202, { id: 't' });
    const claim = { uploadId: 'u', type: 'person', parameters: { size: 512 }, clientRef: null };
    await claimUpload('A', claim, 'key');
    expect(sent()).toEqual({ upload_id: 'u', type: 'person', params: { size: 512 } });
    const [path, options] = fetched.mock.calls[0]!;
    expect(path).toBe('/v1/albums/A/tasks');
    expect(new Headers(options?.headers).get('idempotency-key')).toBe('key');
  });

  it('go on where a list ended', async () => {
    answers(200, { items: [], next_cursor: null });
    await listAlbums('a&b');
    expect(fetched.mock.calls[0]?.[0]).toBe('/v1/albums?limit=100&cursor=a%26b');
  });
});
