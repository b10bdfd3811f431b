import { CAUSE_CODES, type WorkerStatus } from '@app/contracts';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CauseMemory } from './cause-memory.js';
import type { Situation, TypeSituation } from './situation.js';
import { toCauses, toCauseView } from './to-causes.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

const WELL: Situation = {
  now: NOW,
  types: [],
  workers: [],
  pauses: [],
  broker: [connection({})],
  topology: [null],
  storage: { free_bytes: 5e11, total_bytes: 1e12, problem: null },
  database: { ms: 1, problem: null },
  failures: [],
  deliveries: [],
  workflows: [],
};

function connection(changes: Partial<Situation['broker'][number]>): Situation['broker'][number] {
  return {
    name: 'api publish',
    address: 'amqp://broker:5672',
    state: 'connected',
    problem: null,
    problemCode: null,
    ...changes,
  };
}

function type(changes: Partial<TypeSituation>): TypeSituation {
  return {
    type: 'person',
    waiting: 0,
    oldest_waiting_since: null,
    finished_last_hour: 0,
    run_s: null,
    unserved: false,
    ...changes,
  };
}

type Engine = WorkerStatus['engines'][number];
const ENGINE: Engine = {
  address: 'http://a:8188',
  reachable: true,
  device: null,
  memoryTotal: null,
  memoryFree: null,
};

function worker(changes: Partial<WorkerStatus>, running: Situation['workers'][number]['running'] = []) {
  const status: WorkerStatus = {
    version: 1,
    kind: 'worker',
    worker: 'w1',
    process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
    taskTypes: ['person'],
    concurrency: 1,
    lookahead: 1,
    running: [],
    engines: [ENGINE],
    tap: 'open',
    closedBecause: null,
    at: ago(0),
    ...changes,
  };
  return { status, running };
}

const told = (changes: Partial<Situation>) =>
  toCauses({ ...WELL, ...changes }).map(({ code, subject }) =>
    subject === null ? code : `${code} ${subject}`,
  );

describe('why photos do not flow', () => {
  it('is nothing while all is well, however many wait', () => {
    expect(
      told({ types: [type({ waiting: 900, oldest_waiting_since: ago(599) })], workers: [worker({})] }),
    ).toEqual([]);
  });

  it.each([
    ['connecting', null, 'broker_unreachable'],
    ['connecting', 'refused', 'broker_unreachable'],
    ['connecting', 'timeout', 'broker_unreachable'],
    ['connecting', 'auth', 'broker_refused'],
    ['connecting', 'vhost', 'broker_refused'],
    ['connecting', 'certificate', 'broker_refused'],
    ['blocked', null, 'broker_blocked'],
  ] as const)('knows RabbitMQ that is %s (%s)', (state, problemCode, code) => {
    const broker = ['publish', 'consume'].map((name) =>
      connection({ name, state, problemCode, problem: 'so it is' }),
    );
    const causes = toCauses({ ...WELL, broker });
    expect(causes).toEqual([{ code, subject: null, since: null, detail: 'amqp://broker:5672: so it is' }]);
  });

  it('names the queue that is not as it has to be', () => {
    expect(toCauses({ ...WELL, topology: [null, 'The queue q is another one.'] })).toEqual([
      { code: 'queue_unusable', subject: null, since: null, detail: 'The queue q is another one.' },
    ]);
  });

  it('tells each address of RabbitMQ apart', () => {
    const broker = [
      connection({ state: 'connecting' }),
      connection({ address: 'amqp://broker:5672/intake', state: 'connecting', problemCode: 'auth' }),
    ];
    expect(told({ broker })).toEqual(['broker_unreachable', 'broker_refused']);
  });

  it.each([
    [{ free_bytes: 4e9, total_bytes: 1e10 }, ['storage_low']],
    [{ free_bytes: 9e10, total_bytes: 1e12 }, ['storage_low']],
    [{ free_bytes: null, total_bytes: null }, ['storage_failing']],
    [{ free_bytes: 2e11, total_bytes: 1e12 }, []],
  ])('knows room that runs out: %j', (storage, codes) => {
    expect(told({ storage: { ...storage, problem: null } })).toEqual(codes);
  });

  it.each([
    ['full', 'storage_full'],
    ['denied', 'storage_failing'],
    ['unreachable', 'storage_failing'],
    ['failed', 'storage_failing'],
  ] as const)('knows a store that cannot be used: %s', (reason, code) => {
    const problem = { reason, sentence: 'the artifact store is as it is (EDQUOT)' };
    const [cause, ...others] = toCauses({ ...WELL, storage: { ...WELL.storage, problem } });
    expect([cause!.code, others]).toEqual([code, []]);
    expect(cause!.detail).toMatch(/The artifact store is as it is \(EDQUOT\)\.$/);
  });

  it('knows a database that answers late, or not at all', () => {
    expect(told({ database: { ms: 1_500, problem: null } })).toEqual(['database_slow']);
    expect(told({ database: { ms: 900, problem: null } })).toEqual([]);
    const [away] = toCauses({ ...WELL, database: { ms: 3, problem: 'connect ECONNREFUSED' } });
    expect(away).toMatchObject({
      code: 'database_slow',
      detail: 'It does not answer: connect ECONNREFUSED.',
    });
  });

  it('tells what operators have stopped, since when and by whom', () => {
    const by = { by_name: 'Ada', note: null, since: NOW - 1000 };
    const causes = toCauses({
      ...WELL,
      pauses: [
        { scope: 'worker', name: 'w1', ...by },
        { scope: 'type', name: 'person', ...by },
        { scope: 'intake', name: '', ...by, note: 'moving house' },
      ],
    });
    expect(causes).toEqual([
      { code: 'intake_paused', subject: null, since: ago(1), detail: 'By Ada. moving house' },
      { code: 'type_paused', subject: 'person', since: ago(1), detail: 'By Ada.' },
      { code: 'worker_paused', subject: 'w1', since: ago(1), detail: 'By Ada.' },
    ]);
  });

  it('tells that nobody takes what waits, or that it waits for long; not where an operator wants that', () => {
    const waiting = { waiting: 3, oldest_waiting_since: ago(700) };
    expect(told({ types: [type({ unserved: true })] })).toEqual([]);
    expect(told({ types: [type({ ...waiting, unserved: true })] })).toEqual(['no_worker person']);
    expect(told({ types: [type(waiting)] })).toEqual(['waiting_too_long person']);
    const pauses = [{ scope: 'type' as const, name: 'person', since: NOW, by_name: 'Ada', note: null }];
    expect(told({ types: [type({ ...waiting, unserved: true })], pauses })).toEqual(['type_paused person']);
  });

  it('names each engine once that does not answer or fails, with who says so', () => {
    const gone = {
      ...ENGINE,
      reachable: false,
      circuit: 'open' as const,
      problems: ['does not answer', 'cannot run "upscale"'],
    };
    const sick = { ...ENGINE, address: 'http://b:8188', circuit: 'open' as const };
    const trying = { ...ENGINE, address: 'http://c:8188', circuit: 'half_open' as const };
    const workers = [worker({ engines: [gone, sick, trying] }), worker({ worker: 'w2', engines: [gone] })];
    const causes = toCauses({ ...WELL, workers });
    expect(causes.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'engine_unreachable http://a:8188',
      'engine_circuit_open http://b:8188',
    ]);
    expect(causes[0]!.detail).toBe('Worker w1, w2: it does not answer.');
  });

  it('names an engine that takes prompts and runs none', () => {
    const stands = { ...ENGINE, queueStands: true, problems: ['has a queue that stands still'] };
    const workers = [worker({ engines: [stands], tap: 'closed', closedBecause: 'no_engine' })];
    expect(toCauses({ ...WELL, workers })).toEqual([
      {
        code: 'engine_queue_stuck',
        subject: ENGINE.address,
        since: null,
        detail: 'Worker w1: it has a queue that stands still.',
      },
    ]);
    expect(told({ workers: [worker({ engines: [{ ...stands, reachable: false }] })] })).toEqual([
      `engine_unreachable ${ENGINE.address}`,
    ]);
  });

  it('names workers that wait for GPU memory', () => {
    const short = worker({ tap: 'closed', closedBecause: 'gpu_memory', gpuMemoryUsedPercent: 95.6 });
    expect(toCauses({ ...WELL, workers: [short] })).toMatchObject([
      { code: 'gpu_memory', subject: 'w1', detail: '96 % are in use.' },
    ]);
  });

  it.each([
    [{ p50: 4, p95: 10 }, 119, false],
    [{ p50: 4, p95: 10 }, 121, true],
    [{ p50: 60, p95: 100 }, 499, false],
    [{ p50: 60, p95: 100 }, 501, true],
    [null, 899, false],
    [null, 901, true],
  ])('knows a run that does not end: usually %j, so far %d s', (run_s, elapsedS, isStuck) => {
    const running = [{ taskId: 't1', taskType: 'person', elapsedMs: elapsedS * 1000 }];
    const causes = toCauses({ ...WELL, types: [type({ run_s })], workers: [worker({}, running)] });
    const stuck = { code: 'engine_stuck', subject: 'w1', since: ago(elapsedS) };
    expect(causes).toEqual(isStuck ? [{ ...stuck, detail: 'It is at the task t1 (person).' }] : []);
  });

  it('tells reasons by which photos fail again and again, the most frequent first; one broken file is none', () => {
    const failure = (code: string, count: number) => ({ code, count, first: NOW - 1000 });
    const types = [type({ finished_last_hour: 100 })];
    expect(told({ types, failures: [failure('bad_image', 2)] })).toEqual([]);
    expect(told({ types, failures: [failure('bad_image', 4)] })).toEqual([]);
    expect(told({ types, failures: [failure('bad_image', 5), failure('timed_out', 30)] })).toEqual([
      'photos_failing timed_out',
      'photos_failing bad_image',
    ]);
  });

  it('tells where outcomes do not arrive, and which files of workflows are wrong', () => {
    const deliveries = [{ host: 'a.example:443', waiting: 2, failed: 1, since: NOW - 5000 }];
    const workflows = [
      { file: '/srv/workflows/x.json', pointer: '/3', message: 'No node.' },
      { file: '/srv/workflows/x.json', pointer: '', message: 'No photo.' },
    ];
    expect(toCauses({ ...WELL, deliveries, workflows })).toMatchObject([
      { code: 'deliveries_failing', subject: 'a.example:443', since: ago(5) },
      { code: 'workflow_problem', subject: 'x.json', detail: 'At /3: No node. And 1 more.' },
    ]);
  });

  it('shows what stops everything before what stops a part', () => {
    const codes = told({
      broker: [connection({ state: 'connecting' })],
      types: [type({ waiting: 1, oldest_waiting_since: ago(900) })],
      workers: [worker({ engines: [{ ...ENGINE, reachable: false }] })],
      database: { ms: 2000, problem: null },
    });
    expect(codes).toEqual([
      'broker_unreachable',
      'database_slow',
      'engine_unreachable http://a:8188',
      'waiting_too_long person',
    ]);
  });

  it('leads to a chapter of the runbook that there is', () => {
    const chapters = [...readFileSync('docs/RUNBOOK.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const code of CAUSE_CODES) {
      const { runbook } = toCauseView({ code, subject: null, since: null, detail: null });
      expect({ code, runbook, known: chapters.includes(runbook) }).toEqual({ code, runbook, known: true });
    }
  });
});

describe('CauseMemory', () => {
  const cause = { code: 'database_slow', subject: null, since: null, detail: null } as const;

  it('knows since when a cause is there, as long as it is there', () => {
    const memory = new CauseMemory();
    expect(memory.remember([cause], NOW)[0]!.since).toBe(ago(0));
    expect(memory.remember([cause], NOW + 60_000)[0]!.since).toBe(ago(0));
    memory.remember([], NOW + 61_000);
    expect(memory.remember([cause], NOW + 120_000)[0]!.since).toBe(ago(-120));
    const other = { ...cause, subject: 'x', since: ago(5) };
    expect(memory.remember([other, cause], NOW + 130_000).map(({ since }) => since)).toEqual([
      ago(5),
      ago(-120),
    ]);
  });
});
