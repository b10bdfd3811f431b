import type { AlbumView } from '@app/contracts';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { problemOf, readAll } from './album-api.js';

describe('An album whose answer was lost', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
  });
  afterAll(() => api.remove());

  const make = (caller: TestCaller, title: string, key: string) =>
    caller.fetch('/v1/albums', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ title }),
    });

  it('is made once under its key, however often it is asked for, even at once', async () => {
    const owner = api.visitor();
    const key = uuidv7();
    const answers = await Promise.all(Array.from({ length: 5 }, () => make(owner, '奶奶', key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    const albums = await Promise.all(answers.map(async (each) => (await each.json()) as AlbumView));
    expect(new Set(albums.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter((each) => each.headers.get('idempotent-replayed') === 'true')).toHaveLength(4);
    expect(answers[0]!.headers.get('location')).toBe(`/v1/albums/${albums[0]!.id}`);
    await owner.send('PATCH', `/v1/albums/${albums[0]!.id}`, { title: '1953' });
    expect(await (await make(owner, '奶奶', key)).json()).toMatchObject({ id: albums[0]!.id, title: '1953' });
    expect(await readAll(owner, '/v1/albums')).toHaveLength(1);
  });

  it('is another one of another owner, and after it was erased', async () => {
    const key = uuidv7();
    const [anna, bert] = [api.visitor(), api.visitor()];
    const ofAnna = (await (await make(anna, 'a', key)).json()) as AlbumView;
    const ofBert = (await (await make(bert, 'a', key)).json()) as AlbumView;
    expect(ofBert.id).not.toBe(ofAnna.id);
    expect((await anna.fetch(`/v1/albums/${ofAnna.id}`, { method: 'DELETE' })).status).toBe(204);
    const next = await make(anna, 'a', key);
    expect([next.status, next.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  it('has a key that can be one', async () => {
    const refused = await make(api.visitor(), 'a', 'two words');
    expect([refused.status, (await problemOf(refused)).code]).toEqual([400, 'invalid_request']);
  });
});
