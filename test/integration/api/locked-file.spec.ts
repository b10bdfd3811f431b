import type { Problem } from '@app/contracts';
import SqliteDatabase from 'libsql';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { photoOf, SmallSystem } from '../backup/small-system.js';

const vhost = withVhost();

it('says that another program has locked the embedded database, and goes on when it is free', async () => {
  const system = await SmallSystem.start({ AMQP_URL: vhost.url });
  onTestFinished(() => system.destroy());
  const { api } = system;
  system.engine.colouriser.hold();
  const ids = await system.submit(2);
  await vi.waitFor(async () => expect(await system.stateOf(ids[0]!)).toBe('running'), { timeout: 20_000 });

  const other = new SqliteDatabase(join(api.dataDir, 'photo-repair.db'));
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  const refused = await api.submit(await photoOf(5), 'a.png');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect((await refused.json()) as Problem).toMatchObject({ code: 'database_unavailable' });
  // It was not committed, and whoever sends it again and again must not fill the disk.
  expect(await readdir(join(api.dataDir, 'artifacts/originals'))).toHaveLength(2);
  // What needs no writing goes on.
  expect((await api.fetch(`/v1/tasks/${ids[0]}`)).status).toBe(200);
  const ready = await fetch(`${api.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    checks: { database: expect.stringMatching(/^The database does not answer: .*locked/) as string },
  });
  system.engine.colouriser.release();
  await vi.waitFor(async () => expect(await readdir(join(api.dataDir, 'artifacts/results'))).not.toEqual([]));

  other.exec('rollback');
  await system.untilEnded(ids);
  for (const id of ids) expect(await system.ends(id)).toEqual(['succeeded']);
  expect((await api.submit(await photoOf(5), 'a.png')).status).toBe(202);
  await vi.waitFor(async () => expect(await api.ready()).toBe(true));
});

it('shows that in the metrics', async () => {
  // Alone in this process: a worker would have its own metrics in place of these.
  const api = await TestApi.start({ AMQP_URL: vhost.url });
  onTestFinished(() => api.remove());
  const answerS = () => api.metric('photo_repair_database_answer_seconds');
  const refused = () => api.metric(String.raw`photo_repair_problems_total\{code="database_unavailable"\}`);
  await api.session();
  expect(await answerS()).toBeLessThan(2);
  expect(await refused()).toBe(0);
  const other = new SqliteDatabase(join(api.dataDir, 'photo-repair.db'));
  onTestFinished(() => void other.close());
  other.exec('begin immediate');
  expect((await api.submit(await photoOf(5), 'a.png')).status).toBe(503);
  expect(await refused()).toBe(1);
  expect(await answerS()).toBeNaN();
  other.exec('rollback');
  expect(await answerS()).toBeLessThan(2);
});
