import { isFinalState } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../../apps/api/src/database/migrate.js';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { brokerClass } from '../../../apps/api/src/line/broker-class.js';
import { HandOverStore } from '../../../apps/api/src/line/hand-over.store.js';
import { LinesService } from '../../../apps/api/src/line/lines.service.js';
import { NextTasks } from '../../../apps/api/src/line/next-tasks.js';
import { WaitingStore } from '../../../apps/api/src/line/waiting.store.js';
import { TaskLogStore } from '../../../apps/api/src/tasks/task-log.store.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import type { StoredChange } from '../../../apps/api/src/tasks/stored-change.js';
import type { TaskChange } from '../../../apps/api/src/tasks/task-step.js';
import type { Pauses } from '../../../apps/api/src/pauses/pauses.js';
import type { LiveWorkers } from '../../../apps/api/src/workers/live-workers.js';
import { Dice } from '../../faults/dice.js';
import { DATABASES, type TestDatabase } from './databases.js';
import { eventOf, newTask } from './sample-tasks.js';

const OWNERS = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `019a9c5e-000${letter}-7c4c-9d0e-0d7c8f1b2a3c`);
const RETRY_MS = 20;
const TYPE = 'person';

/** Who waits and where, by what the database says, worked out the slow way. */
function orderOf(rows: readonly TaskRow[], rests: (row: TaskRow) => boolean): string[] {
  const classOf = (row: TaskRow) =>
    row.dispatched === null ? brokerClass(row.priority) : (row.sent_class ?? brokerClass(row.priority));
  return rows
    .filter((row) => row.state === 'queued' && !rests(row))
    .toSorted((a, b) => {
      if (classOf(a) !== classOf(b)) return classOf(b) - classOf(a);
      if (a.dispatched !== null && b.dispatched !== null) return a.dispatched - b.dispatched;
      if (a.dispatched !== null || b.dispatched !== null) return a.dispatched === null ? 1 : -1;
      return b.priority - a.priority || a.turn - b.turn || (a.id < b.id ? -1 : 1);
    })
    .map(({ id }) => id);
}

/** An API's line over a real database; it can be killed and started again at any moment. */
class Instance {
  private constructor(
    readonly lines: LinesService,
    readonly next: NextTasks,
  ) {}

  static async start(db: Database, slots: number): Promise<Instance> {
    const lines = new LinesService(new WaitingStore(db), createLogger('test', 'silent'));
    await lines.onModuleInit();
    const worker = { worker: 'w', concurrency: slots, lookahead: 1, at: new Date().toISOString() };
    const workers = { of: () => [worker], onChange: () => undefined };
    const pauses = { isTypePaused: () => false, onChange: () => undefined };
    return new Instance(
      lines,
      new NextTasks(lines, workers as unknown as LiveWorkers, pauses as unknown as Pauses),
    );
  }
}

/** The whole on the embedded database; what PostgreSQL could do otherwise shows with fewer. */
const CASES = DATABASES.map(([name, start], index) => [name, start, index === 0 ? 600 : 200] as const);

describe.each(CASES)('the place in line on %s', (_, start, tasks) => {
  let server: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    server = await start();
    db = openDatabase(server.url);
    await migrate(db);
  });
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });

  it(
    `is right at every event of ${tasks} tasks that are cancelled, retried, expired and restarted, and rises for a reason`,
    { timeout: 240_000 },
    async () => {
      const dice = new Dice(Math.trunc(Math.random() * 2 ** 31));
      const log = new TaskLogStore(db);
      const store = new TasksStore(db, log);
      const handOvers = new HandOverStore(db, log);
      const rows = new Map<string, TaskRow>();
      let instance = await Instance.start(db, 2);
      const lastPlaces = new Map<string, number>();
      let lastRevision = 0;
      const counts = { places: 0, rises: 0, restarts: 0, submitted: 0 };

      const stored = (change: StoredChange) => {
        rows.set(change.row.id, change.row);
        instance.lines.stored(change.row);
        if (change.row.state !== 'queued') lastPlaces.delete(change.row.id);
      };
      const apply = async (change: TaskChange, options = {}) => {
        const changed = await store.apply(change, options);
        if (changed) stored(changed);
        return changed;
      };
      const submit = async () => {
        const priority = dice.whole(6) === 0 ? dice.between(1, 9) : 0;
        // One owner has an album; the others send a photo now and then.
        const ownerId = dice.whole(2) === 0 ? OWNERS[0]! : dice.pick(OWNERS);
        const turn = instance.lines.of(TYPE).join(ownerId, priority);
        const change = await store.insert(newTask({ ownerId, priority, turn, deadlineAt: 1 }));
        if (typeof change === 'string') throw new Error(change);
        counts.submitted += 1;
        stored(change);
      };
      const handOver = async () => {
        const wanted = instance.next.take(10);
        for (const change of await handOvers.take(wanted)) stored(change);
        await handOvers.confirm(wanted.map(({ id }) => id));
      };
      const inState = (state: TaskRow['state']) => [...rows.values()].filter((row) => row.state === state);
      const begin = async () => {
        // As the broker delivers: the first of those that it has.
        const first = orderOf([...rows.values()], (row) => (row.retry_at ?? 0) > Date.now())
          .map((id) => rows.get(id)!)
          .find((row) => row.dispatched !== null);
        if (first) await apply(eventOf(first, 'started', { run: first.run + 1 }));
      };
      const end = async () => {
        const running = inState('running');
        if (running.length === 0) return;
        const row = dice.pick(running);
        const kind = dice.pick(['succeeded', 'succeeded', 'failed', 'retrying', 'requeued'] as const);
        const event = eventOf(row, kind, { run: row.run });
        await apply(event.kind === 'retrying' ? { ...event, retryAfterMs: RETRY_MS } : event);
      };
      const meddle = async () => {
        const waiting = inState('queued');
        if (waiting.length === 0) return;
        const row = dice.pick(waiting);
        const kind = dice.pick(['cancelled', 'expired'] as const);
        await apply(eventOf(row, kind, { run: kind === 'expired' ? 0 : 1_000_000 }));
      };
      const again = async () => {
        const ended = [...rows.values()].filter(
          (row) => isFinalState(row.state) && row.state !== 'succeeded',
        );
        if (ended.length === 0) return;
        const row = dice.pick(ended);
        const turn = instance.lines.of(TYPE).join(row.owner_id, row.priority);
        await apply(eventOf(row, 'retried', { run: row.run + 1 }), { turn });
      };
      const restart = async () => {
        // What comes back while nobody is there to see it has no reason afterwards.
        while ([...rows.values()].some((row) => row.state === 'queued' && (row.retry_at ?? 0) > Date.now())) {
          await sleep(1);
        }
        await check('before a restart');
        instance.lines.onApplicationShutdown();
        instance = await Instance.start(db, 2);
        lastRevision = 0;
        counts.restarts += 1;
      };

      const check = async (what: string) => {
        const line = instance.lines.of(TYPE);
        const isLate = (row: TaskRow) =>
          row.state === 'queued' && row.retry_at !== null && row.retry_at <= Date.now() && !line.has(row.id);
        while ([...rows.values()].some(isLate)) await sleep(1);
        const expected = orderOf([...rows.values()], (row) => row.retry_at !== null && !line.has(row.id));
        const seen = { seed: dice.seed, what, size: line.size };
        expect(seen).toEqual({ ...seen, size: expected.length });
        const wrong = expected.flatMap((id, index) => {
          const place = line.place(id)!;
          const before = lastPlaces.get(id) ?? Infinity;
          lastPlaces.set(id, place);
          const rose = place > before;
          if (rose) counts.rises += 1;
          const reason = rose ? line.movedBackBy(id, lastRevision) : 'none needed';
          return place === index + 1 && reason !== null ? [] : [{ id, place, index, before, reason }];
        });
        counts.places += expected.length;
        expect({ ...seen, wrong }).toEqual({ ...seen, wrong: [] });
        lastRevision = line.revision;
      };

      while (counts.submitted < tasks || inState('queued').length + inState('running').length > 0) {
        const more = counts.submitted < tasks;
        const acts = [
          ...(more ? [submit, submit, submit, meddle, again] : []),
          ...(more ? [handOver, begin, end] : [handOver, handOver, begin, begin, end, end]),
        ];
        const act = dice.whole(60) === 0 ? restart : dice.pick(acts);
        await act();
        await check(act.name);
        if (!more) await sleep(inState('queued').some((row) => row.retry_at !== null) ? 1 : 0);
      }
      expect(counts.restarts).toBeGreaterThan(5);
      expect(counts.rises).toBeGreaterThan(10);
    },
  );
});
