import type { TaskView } from '@app/contracts';
import pg from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { LinesService } from '../../../apps/api/src/line/lines.service.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { photoOf } from '../backup/small-system.js';

const vhost = withVhost();
/** Whoever has this lock holds up every commit of a new task. */
const LOCK = 4711;
const HOLD_UP = `
  create function hold_up() returns trigger language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(${LOCK}); return null; end $$;
  create constraint trigger hold_up after insert on tasks deferrable initially deferred
    for each row execute function hold_up();`;

it('a photo stays whose commit reached the database and was never answered', async () => {
  const postgres = await PrivatePostgres.start();
  onTestFinished(() => postgres.stop());
  const line = await TcpProxy.to(postgres.url);
  onTestFinished(() => line.close());
  const beside = new pg.Client({ connectionString: postgres.url });
  await beside.connect();
  onTestFinished(() => beside.end());
  const api = await TestApi.start({ AMQP_URL: vhost.url, DATABASE_URL: line.url });
  onTestFinished(() => api.remove());
  await beside.query(HOLD_UP);

  const photo = await photoOf(1);
  const headers = { 'Idempotency-Key': 'sent-again' };
  // Somebody who is known already; to make a visitor is a transaction of its own.
  expect((await api.fetch('/v1/session', { method: 'POST' })).status).toBeLessThan(300);
  await beside.query(`select pg_advisory_lock(${LOCK})`);
  const first = api.submit(photo, 'a.png', { type: 'person' }, headers);
  const commits = `select 1 from pg_stat_activity where lower(query) = 'commit' and wait_event = 'advisory'`;
  await vi.waitFor(async () => expect((await beside.query(commits)).rowCount).toBe(1));
  line.reset();
  expect((await first).status).toBe(503);
  await beside.query(`select pg_advisory_unlock(${LOCK})`);
  await vi.waitFor(async () => expect((await beside.query('select 1 from tasks')).rowCount).toBe(1));

  const again = await api.submit(photo, 'a.png', { type: 'person' }, headers);
  expect(again.status).toBeLessThan(300);
  const task = (await again.json()) as TaskView;
  expect((await beside.query('select id from tasks')).rows).toEqual([{ id: task.id }]);
  const original = await api.fetch(`/v1/tasks/${task.id}/original`);
  expect(original.status).toBe(200);
  expect(Buffer.from(await original.arrayBuffer())).toEqual(photo);
  // Nobody told the line of it; it looks into the database from time to time, where two looks have to agree.
  await vi.waitFor(
    async () => {
      await api.app.get(LinesService).reconcile();
      expect((await vhost.queue('photo_repair.work.person'))?.ready).toBe(1);
    },
    { timeout: 45_000, interval: 300 },
  );
  expect((await api.task(task.id)).status).toBe('queued');
});
