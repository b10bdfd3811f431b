import type { TaskView } from '@app/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { withVhost } from '../../support/vhost.js';
import { commandLine, SmallSystem } from '../backup/small-system.js';
import { Past } from './past.js';

/**
 * How many messages are parked at the end beyond those that were. Where the retry queues led back to the entrance that
 * belongs to other systems now, the copy of a photo that waited there is refused at it; the photo is published again.
 */
const PASTS = [
  ['0002-delivery', 1],
  ['0004-integration', 0],
  ['0006-operation', 0],
] as const;

/** What becomes of a photo by what was the matter with it; of all others: `succeeded`. */
const ENDS: Record<string, TaskView['status']> = { cancelled: 'cancelled', parked: 'failed' };

describe.each(PASTS)('an installation of the version of %s', (name, refused) => {
  const vhost = withVhost();

  it('goes on with this one: each photo ends once, what was done stays as it was, nothing is lost', async () => {
    const past = await Past.read(name);
    await past.declare(vhost);
    const dataDir = await past.dataFolder();
    const system = await SmallSystem.start({ AMQP_URL: vhost.url, DATA_DIR: dataDir });
    onTestFinished(() => system.destroy());
    const all = past.photos();
    expect(all.length).toBeGreaterThan(10);
    await system.untilAllEnded(all);

    const tasks = new Map<string, TaskView>();
    for (const id of all) tasks.set(id, await system.asOperator(id));
    for (const id of all) {
      const expected = ENDS[past.matterOf(id)] ?? 'succeeded';
      expect({ id, status: tasks.get(id)!.status }).toEqual({ id, status: expected });
      // Versions before the log of steps wrote no ends down.
      const hadEnded = /^(done|cancelled)/.test(past.matterOf(id));
      const ends = await system.ends(id);
      expect({ id, ends }).toEqual({ id, ends: hadEnded && ends.length === 0 ? [] : [expected] });
      const original = await system.api.as('operator').fetch(`/v1/tasks/${id}/original`);
      expect(Buffer.from(await original.arrayBuffer())).toEqual(await past.original(id));
    }
    const db = system.api.app.get<Database>(DATABASE);
    const rows = await db.selectFrom('tasks').select(['id', 'result']).execute();
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(all));
    for (const id of past.photos('done')) {
      const { key } = JSON.parse(rows.find((row) => row.id === id)!.result!) as { key: string };
      expect(await system.resultOf(id)).toEqual(await past.result(key));
    }
    // Copies that waited for a retry come back by the ways of then.
    await vhost.expectReady(Object.fromEntries(past.retryQueues().map((queue) => [queue, 0])));
    await vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.results': 0,
      'photo_repair.parking': past.parked + refused,
      photo_repair_tasks: 0,
    });

    // What an operator may send through once more still can be.
    const again = past.photos('parked');
    const redrive = ['parking', again.length === 0 ? 'list' : 'redrive', ...again];
    expect(await commandLine(redrive, { AMQP_URL: vhost.url })).toMatchObject({ code: 0, errors: '' });
    // New photos go the new ways only.
    const fresh = await system.submit(1, 20);
    for (const id of [...fresh, ...again]) {
      await expect.poll(() => system.stateOf(id), { timeout: 45_000 }).toBe('succeeded');
    }
    await vhost.expectReady({ 'photo_repair.parking': past.parked + refused - again.length });
  });
});
