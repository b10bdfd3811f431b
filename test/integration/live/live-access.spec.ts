import type { NewAlbumLinkView } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';
import { EventReader } from './event-reader.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';

describe('who may watch', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;

  beforeAll(async () => {
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    owner = await live.ownerOf(live.api);
  });

  afterAll(() => live.api.remove());

  async function sharedAlbum(expiresAt?: string) {
    const album = await live.album(owner);
    const task = await live.task(owner, album.id);
    const body = { access: 'view', ...(expiresAt !== undefined && { expires_at: expiresAt }) };
    const answer = await live.api.send('POST', `/v1/albums/${album.id}/links`, body);
    expect(answer.status).toBe(201);
    return { album, task, link: (await answer.json()) as NewAlbumLinkView };
  }

  async function opened(token: string): Promise<TestCaller> {
    const visitor = live.api.visitor();
    expect((await visitor.send('POST', '/v1/links/open', { token })).status).toBeLessThan(300);
    return visitor;
  }

  it.each(['as the link itself', 'as a visitor who opened it'])(
    'ends what a link had opened as soon as it is taken back (%s)',
    async (way) => {
      const { album, task, link } = await sharedAlbum();
      const guest = way.startsWith('as the') ? live.api.as(link.token) : await opened(link.token);
      const watcher = await Watcher.open(live.url, await guest.headers());
      const states = [watcher.follow(topicOf('album', album.id)), watcher.follow(topicOf('task', task.id))];
      const stream = await EventReader.open(guest, `/v1/albums/${album.id}/events`);
      await watcher.until(() => expect(states.map((state) => state.tasks.size)).toEqual([1, 1]));
      await stream.until(() => expect(stream.of('snapshot')).toHaveLength(1));
      const mine = await Watcher.open(live.url, await live.api.headers());
      const ownState = mine.follow(topicOf('album', album.id));
      await mine.until(() => expect(ownState.tasks.size).toBe(1));
      const revoked = await live.api.send('DELETE', `/v1/albums/${album.id}/links/${link.id}`);
      expect(revoked.status).toBe(204);
      await watcher.until(() => {
        const ended = watcher.closed !== undefined || watcher.errors.length === 2;
        expect(ended).toBe(true);
      });
      await stream.until(() => expect(stream.ended).toBe(true));
      const before = watcher.of('step').length;
      await live.tell(task, 'started');
      await mine.until(() => expect(ownState.tasks.get(task.id)?.status).toBe('running'));
      expect(watcher.of('step')).toHaveLength(before);
      const again = await guest.fetch(`/v1/albums/${album.id}/events`);
      expect([401, 404]).toContain(again.status);
    },
  );

  it('ends it when the time of the link is over', async () => {
    const { album, link } = await sharedAlbum(new Date(Date.now() + 8_000).toISOString());
    const guest = await opened(link.token);
    const watcher = await Watcher.open(live.url, await guest.headers());
    const state = watcher.follow(topicOf('album', album.id));
    await watcher.until(() => expect(state.tasks.size).toBe(1));
    await watcher.until(() => expect(watcher.errors).toEqual(['not_found']));
  });

  it('sends the holder of a key away when the key is revoked', async () => {
    const operator = live.api.as('operator');
    const made = await operator.send('POST', '/v1/admin/keys', { name: 'scanner' });
    expect(made.status).toBe(201);
    const { id, token } = (await made.json()) as { id: string; token: string };
    const watcher = await Watcher.open(live.url, { authorization: `Bearer ${token}` });
    expect((await operator.send('DELETE', `/v1/admin/keys/${id}`)).status).toBe(204);
    await watcher.until(
      () => expect(watcher.closed).toMatchObject({ code: 1008, reason: 'unauthorized' }),
      2000,
    );
  });

  it('lets a link watch its album and the photos in it, and nothing else of the owner', async () => {
    const { album, task, link } = await sharedAlbum();
    const other = await live.task(owner);
    const watcher = await Watcher.open(live.url, await live.api.as(link.token).headers());
    watcher.subscribe({ topic: topicOf('album', album.id) }, { topic: topicOf('task', task.id) });
    await watcher.until(() => expect(watcher.of('snapshot')).toHaveLength(2));
    watcher.subscribe({ topic: topicOf('task', other.id) });
    await watcher.until(() => expect(watcher.errors).toEqual(['not_found']));
  });
});
