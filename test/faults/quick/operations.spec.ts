import { afterAll, beforeAll, expect, it } from 'vitest';
import { OperatedApis } from '../system/operated-apis.js';

/** So few that what is left when the process is killed for the second time takes seconds. */
const RATE = 50;
const TASKS = 600;

let operated: OperatedApis;

beforeAll(async () => {
  operated = await OperatedApis.start({ scenario: 'operations', rate: RATE });
});
afterAll(() => operated?.stop());

it('does what an operator asked for to each task once, although its process is killed in the middle, twice', async () => {
  const rows = await operated.fail(TASKS);
  const asked = { kind: 'retry', match: { failure: 'out_of_memory' } } as const;
  expect(await operated.preview(asked)).toBe(TASKS);
  const { id } = await operated.begin({ ...asked, expected_count: TASKS });
  const [api] = operated.apis;
  for (const share of [0.2, 0.5]) {
    await operated.untilRetried(share * TASKS, 60_000);
    await api!.kill();
  }
  const killedAt = (await operated.retried()).length;
  expect(await operated.ended(id, 120_000)).toMatchObject({
    state: 'finished',
    total: TASKS,
    done: TASKS,
    skipped: 0,
  });
  // It was in the middle indeed.
  expect(killedAt).toBeLessThan(TASKS);
  const retried = await operated.retried();
  expect(retried.map((task) => task.id).toSorted()).toEqual(rows.map((row) => row.id).toSorted());
  expect(await operated.audit(id)).toEqual([
    { act: 'operation_finished', count: TASKS },
    { act: 'operation_started', count: TASKS },
  ]);
});
