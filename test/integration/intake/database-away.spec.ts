import { expect, it, onTestFinished, vi } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { withVhost } from '../../support/vhost.js';
import { IntakeBench } from './intake-bench.js';

const INGRESS = 'photo_repair_tasks';
const PARKING = 'photo_repair.parking';
const vhost = withVhost();

it('messages that come while the database is away wait in RabbitMQ, and are tasks when it is back', async () => {
  const postgres = await PrivatePostgres.start();
  onTestFinished(() => postgres.stop());
  const bench = await IntakeBench.start(vhost, { settings: () => ({ DATABASE_URL: postgres.url }) });
  onTestFinished(() => bench.remove());
  await bench.expectUnharmed();
  await expect.poll(() => bench.counted('accepted')).toBe(1);

  await postgres.halt();
  const ids = ['while-away-1', 'while-away-2', 'while-away-3'];
  const sent = ids.map((task_id) => bench.program.send(bench.good({ task_id })));
  await vi.waitFor(async () => {
    const ready = await (await fetch(`${bench.api.url}/readyz`)).text();
    expect(ready).toContain('Messages of other systems are not taken in');
  });
  // Neither parked nor taken.
  await vhost.expectReady({ [PARKING]: 0 });
  expect(await bench.counted('accepted')).toBe(1);

  await postgres.resume();
  for (const to of sent) await bench.program.answer(to, 'task.accepted', 60_000);
  // Each is counted once it is answered.
  await expect.poll(() => bench.counted('accepted')).toBe(1 + ids.length);
  await vhost.expectReady({ [INGRESS]: 0, [PARKING]: 0 });
  const rows = (await bench.tasks()).filter(({ client_ref: ref }) => ids.includes(ref ?? ''));
  expect(rows).toHaveLength(ids.length);
  expect(new Set(rows.map(({ client_ref: ref }) => ref))).toEqual(new Set(ids));
});
