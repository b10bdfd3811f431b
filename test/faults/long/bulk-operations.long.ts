import type { NewOperation } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { mostInASecond, OperatedApis } from '../system/operated-apis.js';

const TASKS = 10_000;
const RATE = 1_000;
/** On a busy machine a task takes its 10 ms, each in a transaction of its own. */
const LIMIT_MS = 10 * 60_000;
const RETRY_ALL = { kind: 'retry', match: { failure: 'out_of_memory' } } as const satisfies NewOperation;

describe.each(['SQLite', 'PostgreSQL'])('ten thousand failed photos in %s', (kind) => {
  let postgres: PrivatePostgres | undefined;
  let operated: OperatedApis;

  beforeAll(async () => {
    if (kind === 'PostgreSQL') postgres = await PrivatePostgres.start();
    operated = await OperatedApis.start({
      scenario: `long-bulk-${kind.toLowerCase()}`,
      rate: RATE,
      ...(postgres && { databaseUrl: postgres.url, instances: 2 }),
    });
  });
  afterAll(async () => {
    await operated?.stop();
    await postgres?.stop();
  });

  it('are counted, tried again at a limited rate, stopped, gone on with and killed in, each once', async () => {
    const rows = await operated.fail(TASKS);
    expect(await operated.preview(RETRY_ALL)).toBe(TASKS);
    const startedAt = Date.now();
    const first = await operated.begin({ ...RETRY_ALL, expected_count: TASKS });
    await operated.untilRetried(TASKS / 4, LIMIT_MS);
    const stopped = await operated.stopOperation(first.id);
    expect(stopped).toMatchObject({ state: 'stopped', total: TASKS });

    // The batch in hand is still done, and counted when it is.
    await operated.untilCounted(first.id, LIMIT_MS);
    const second = await operated.begin(RETRY_ALL);
    await operated.untilRetried(TASKS / 2, LIMIT_MS);
    await Promise.all(operated.apis.map((api) => api.kill()));
    const done = await operated.ended(second.id, LIMIT_MS);
    const seconds = (Date.now() - startedAt) / 1000;
    const { done: byFirst } = await operated.ended(first.id, LIMIT_MS);
    expect(done).toMatchObject({ state: 'finished', total: done.done + done.skipped });
    expect(byFirst + done.done).toBe(TASKS);
    expect(byFirst).toBeLessThan(TASKS / 2);

    const retried = await operated.retried();
    expect(retried.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    const fastest = mostInASecond(retried.map(({ at }) => at));
    expect(fastest).toBeLessThanOrEqual(RATE);
    console.log(`${kind}: ${TASKS} in ${seconds} s, ${fastest} in the busiest second`);
    expect(await operated.audit(first.id)).toMatchObject([
      { act: 'operation_stopped' },
      { act: 'operation_started', count: TASKS },
    ]);
    expect(await operated.audit(second.id)).toEqual([
      { act: 'operation_finished', count: done.done },
      { act: 'operation_started', count: done.total },
    ]);
  });
});

describe('two instances on PostgreSQL', () => {
  const OF_EACH = 400;
  let postgres: PrivatePostgres;
  let operated: OperatedApis;

  beforeAll(async () => {
    postgres = await PrivatePostgres.start();
    const options = { scenario: 'long-bulk-two', rate: 100, databaseUrl: postgres.url, instances: 2 };
    operated = await OperatedApis.start(options);
  });
  afterAll(async () => {
    await operated?.stop();
    await postgres?.stop();
  });

  it('do three operations one after the other, at one rate together, whichever of them is killed', async () => {
    await operated.fail(OF_EACH, { type: 'person' });
    await operated.fail(OF_EACH, { type: 'building' });
    const discarded = await operated.fail(OF_EACH, { failure_code: 'timed_out' });
    const operations = [
      await operated.begin({ kind: 'retry', match: { type: 'person', failure: 'out_of_memory' } }),
      await operated.begin({ kind: 'retry', match: { type: 'building', failure: 'out_of_memory' } }),
      await operated.begin({ kind: 'discard', match: { failure: 'timed_out' } }),
    ];
    // Whoever is at work is killed sooner or later; what it had claimed goes to the other one when its lease is over.
    for (const [index, share] of [0.3, 0.8, 1.4].entries()) {
      await operated.untilRetried(Math.floor(share * OF_EACH), LIMIT_MS);
      await operated.apis[index % 2]!.kill();
    }
    for (const { id } of operations) {
      expect(await operated.ended(id, LIMIT_MS)).toMatchObject({ total: OF_EACH, done: OF_EACH, skipped: 0 });
      const acts = (await operated.audit(id)).map(({ act }) => act);
      expect(acts).toEqual(['operation_finished', 'operation_started']);
    }
    const retried = await operated.retried();
    expect(new Set(retried.map(({ id }) => id)).size).toBe(2 * OF_EACH);
    expect(retried).toHaveLength(2 * OF_EACH);
    expect(mostInASecond(retried.map(({ at }) => at))).toBeLessThanOrEqual(100);
    const rows = await operated.db
      .selectFrom('tasks')
      .select('id')
      .where('discarded_at', 'is not', null)
      .execute();
    expect(rows.map(({ id }) => id).toSorted()).toEqual(discarded.map(({ id }) => id).toSorted());
  });
});
