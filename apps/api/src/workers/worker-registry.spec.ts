import type { WorkerStatus } from '@app/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { WORKER_LIFETIME_MS, WorkerRegistry } from './worker-registry.js';

let now: number;
let registry: WorkerRegistry;

beforeEach(() => {
  now = 0;
  registry = new WorkerRegistry(() => now);
});

function status(changes: Partial<WorkerStatus> = {}): WorkerStatus {
  return {
    version: 1,
    kind: 'worker',
    worker: 'person-1',
    process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
    taskTypes: ['person'],
    concurrency: 1,
    lookahead: 0,
    running: [],
    engines: [],
    tap: 'open',
    closedBecause: null,
    at: '2026-11-22T06:00:00.000Z',
    ...changes,
  };
}

const short = (gpuMemoryUsedPercent: number | null, changes: Partial<WorkerStatus> = {}) =>
  status({ tap: 'closed', closedBecause: 'gpu_memory', gpuMemoryUsedPercent, ...changes });

describe('workers that an operator has paused', () => {
  const paused = (worker: string) => status({ process: worker, tap: 'closed', closedBecause: 'paused' });

  it('count for nothing, and are why a type waits where they are the only ones that take it', () => {
    const type = paused('0').taskTypes[0]!;
    expect(registry.onlyPaused(type)).toBe(false);
    registry.hear(paused('1'));
    expect([registry.of(type), registry.onlyPaused(type), registry.onlyPaused('other')]).toEqual([
      [],
      true,
      false,
    ]);
    registry.hear(status({ process: '2', tap: 'closed', closedBecause: 'no_engine' }));
    expect(registry.onlyPaused(type)).toBe(false);
    for (const closedBecause of ['stopping', 'leaving'] as const) {
      registry.hear(status({ process: '2', tap: 'closed', closedBecause }));
      expect(registry.onlyPaused(type)).toBe(true);
    }
  });
});

describe('a worker', () => {
  it('is there for 15 s after it was last heard of', () => {
    registry.hear(status());
    now = 10_000;
    registry.hear(status());
    now = 24_999;
    expect([registry.expire(), registry.all().length]).toEqual([false, 1]);
    expect(registry.nextExpiryMs).toBe(1);
    now = 25_000;
    expect([registry.expire(), registry.all().length]).toEqual([true, 0]);
    expect(registry.nextExpiryMs).toBeUndefined();
  });

  it('is news when it comes and when it takes more or less, not when it only works', () => {
    expect(registry.hear(status())).toBe(true);
    const running = [
      {
        taskId: crypto.randomUUID(),
        taskType: 'person',
        since: '2026-11-22T06:00:00.000Z',
        stage: 'running' as const,
      },
    ];
    expect(registry.hear(status({ running }))).toBe(false);
    expect(registry.hear(status({ tap: 'closed', closedBecause: 'no_engine' }))).toBe(true);
    expect(registry.hear(status({ tap: 'closed', closedBecause: 'gpu_memory' }))).toBe(true);
    expect(registry.hear(short(83))).toBe(true);
    expect(registry.hear(short(83))).toBe(false);
    expect(registry.hear(short(84))).toBe(true);
  });

  it('counts for each type that it takes, until it stops', () => {
    registry.hear(status({ taskTypes: ['person', 'building'] }));
    expect([
      registry.of('person').length,
      registry.of('building').length,
      registry.of('other').length,
    ]).toEqual([1, 1, 0]);
    registry.hear(status({ tap: 'closed', closedBecause: 'stopping' }));
    expect(registry.of('person')).toEqual([]);
  });

  it('of the same name in another process is another one', () => {
    registry.hear(status());
    registry.hear(status({ process: 'b9a2c1de-0000-4000-8000-000000000000' }));
    expect(registry.of('person').length).toBe(2);
  });
});

describe('a type is short of GPU memory', () => {
  const other = 'b9a2c1de-0000-4000-8000-000000000000';
  const third = 'b9a2c1de-0000-4000-8000-000000000001';

  it('where all that take it wait for memory; the one with the most left tells how full it is', () => {
    expect(registry.shortOfMemory('person')).toBeUndefined();
    registry.hear(short(91));
    expect(registry.shortOfMemory('person')).toEqual({ usedPercent: 91 });
    expect(registry.shortOfMemory('building')).toBeUndefined();
    registry.hear(short(83, { process: other }));
    registry.hear(short(null, { process: third }));
    expect(registry.shortOfMemory('person')).toEqual({ usedPercent: 83 });
  });

  it('not where one of them takes it, or waits for something else', () => {
    registry.hear(short(91));
    registry.hear(status({ process: other }));
    expect(registry.shortOfMemory('person')).toBeUndefined();
    registry.hear(status({ process: other, tap: 'closed', closedBecause: 'no_engine' }));
    expect(registry.shortOfMemory('person')).toBeUndefined();
    registry.hear(status({ process: other, tap: 'closed', closedBecause: 'stopping' }));
    expect(registry.shortOfMemory('person')).toEqual({ usedPercent: 91 });
  });

  it('also where no worker tells how full, as one of an older release', () => {
    registry.hear(status({ tap: 'closed', closedBecause: 'gpu_memory' }));
    expect(registry.shortOfMemory('person')).toEqual({ usedPercent: null });
  });
});

describe('nobody is missed', () => {
  it('before 15 s of listening', () => {
    now = WORKER_LIFETIME_MS - 1;
    expect(registry.knowsAny('person')).toBe(true);
    now = WORKER_LIFETIME_MS;
    expect(registry.knowsAny('person')).toBe(false);
    registry.hear(status());
    expect([registry.knowsAny('person'), registry.knowsAny('building')]).toEqual([true, false]);
  });

  it('for 15 s after nothing could be heard', () => {
    now = 100_000;
    registry.listenAnew();
    now = 114_999;
    expect(registry.knowsAny('person')).toBe(true);
    now = 115_000;
    expect(registry.knowsAny('person')).toBe(false);
  });
});

it('tells how long tasks have run although the clocks differ', () => {
  const taskId = crypto.randomUUID();
  now = 50_000;
  registry.hear(
    status({
      running: [{ taskId, taskType: 'person', since: '2026-11-22T05:59:57.000Z', stage: 'running' }],
    }),
  );
  now = 51_500;
  expect(registry.running(status())).toEqual([{ taskId, taskType: 'person', elapsedMs: 4500 }]);
});
