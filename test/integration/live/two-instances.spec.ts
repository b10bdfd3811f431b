import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { Dice } from '../../faults/dice.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';

describe('two API instances on one PostgreSQL', () => {
  const vhost = withVhost();
  let postgres: PrivatePostgres;
  let relay: TcpRelay;
  let one: LiveApi;
  let other: LiveApi;
  let owner: string;
  let headers: Record<string, string>;

  beforeAll(async () => {
    postgres = await PrivatePostgres.start();
    relay = await TcpRelay.to(vhost.url);
    const settings = { DATABASE_URL: postgres.url, RATE_LIMIT: '0' };
    one = new LiveApi(await TestApi.start({ ...settings, AMQP_URL: vhost.url }));
    other = new LiveApi(await TestApi.start({ ...settings, AMQP_URL: relay.url, DATA_DIR: one.api.dataDir }));
    owner = await one.ownerOf(one.api);
    headers = await one.api.headers();
  });

  afterAll(async () => {
    await other.api.close();
    await one.api.remove();
    await relay.close();
    await postgres.stop();
  });

  it('tell the clients of both what either has stored, each step once and in order', async () => {
    const dice = new Dice(7);
    const album = await one.album(owner);
    const topic = topicOf('album', album.id);
    const rows: TaskRow[] = [];
    for (let count = 0; count < 6; count += 1) rows.push(await dice.pick([one, other]).task(owner, album.id));
    const watchers = [await Watcher.open(one.url, headers), await Watcher.open(other.url, headers)];
    const states = watchers.map((watcher) => watcher.follow(topic));
    for (let run = 1; run <= 30; run += 1) {
      const row = dice.pick(rows);
      await Promise.all([
        one.tell(row, 'started', run),
        other.tell(dice.pick(rows), dice.pick(['started', 'requeued'] as const), run),
      ]);
    }
    const last = await one.db
      .selectFrom('albums')
      .select('seq')
      .where('id', '=', album.id)
      .executeTakeFirstOrThrow();
    for (const [index, state] of states.entries()) {
      await watchers[index]!.until(() => expect(state.seq).toBeGreaterThanOrEqual(last.seq));
      expect(state.gap).toBe(false);
      for (const row of rows) expect(state.tasks.get(row.id)?.seq).toBe((await one.api.task(row.id)).seq);
    }
  });

  it('find what was stored elsewhere also where nobody tells them of it', async () => {
    const task = await one.task(owner);
    const watcher = await Watcher.open(other.url, headers);
    const state = watcher.follow(topicOf('task', task.id));
    await watcher.until(() => expect(state.tasks.size).toBe(1));
    relay.refuse();
    await watcher.until(async () => expect(await other.api.ready()).toBe(false));
    await one.tell(task, 'started', 1);
    await watcher.until(() => expect(state.tasks.get(task.id)?.status).toBe('running'), 20_000);
    expect(state.gap).toBe(false);
    relay.forward();
    await watcher.until(async () => expect(await other.api.ready()).toBe(true), 20_000);
  });

  it('both end what a revoked link had opened', async () => {
    const album = await one.album(owner);
    const made = await one.api.send('POST', `/v1/albums/${album.id}/links`, { access: 'view' });
    const link = (await made.json()) as { id: string; token: string };
    const guest = other.api.visitor();
    await guest.send('POST', '/v1/links/open', { token: link.token });
    const watcher = await Watcher.open(other.url, await guest.headers());
    const state = watcher.follow(topicOf('album', album.id));
    await watcher.until(() => expect(state.seq).toBe(0));
    await one.api.send('DELETE', `/v1/albums/${album.id}/links/${link.id}`);
    await watcher.until(() => expect(watcher.errors).toEqual(['not_found']), 1000);
  });
});
