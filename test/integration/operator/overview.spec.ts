import type {
  FailureGroupView,
  HistoryView,
  OperatorDeliveryView,
  OperatorTaskDetailView,
  OperatorTaskView,
  OverviewView,
  Problem,
  WorkerStatus,
  WorkerView,
  WorkflowsView,
} from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { LiveWorkers } from '../../../apps/api/src/workers/live-workers.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { WorkerOf } from '../http/finish-task.js';
import { insertDeliveries, newDelivery } from '../webhooks/sample-deliveries.js';
import { databaseOf, failedTask, insertRows } from './failed-tasks.js';

const SHA = 'c'.repeat(64);

describe('what an operator sees', () => {
  const vhost = withVhost();
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true));
  });
  afterAll(() => api.remove());

  const get = async <T>(path: string): Promise<T> => {
    const response = await api.as('operator').fetch(`/v1/admin/${path}`);
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  };
  /** Whatever the disk of the test machine is like. */
  const causesOf = async () =>
    (await get<OverviewView>('overview')).causes.filter(({ code }) => code !== 'storage_low');
  const hear = (changes: Partial<WorkerStatus>) =>
    api.app.get(LiveWorkers).hear({
      version: 1,
      kind: 'worker',
      worker: 'attic',
      process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
      taskTypes: ['person'],
      concurrency: 1,
      lookahead: 1,
      running: [],
      engines: [],
      tap: 'open',
      closedBecause: null,
      at: new Date().toISOString(),
      ...changes,
    });
  const engine = {
    address: 'http://attic:8188',
    reachable: true,
    device: 'cuda:0',
    memoryTotal: 8e9,
    memoryFree: 4e9,
    utilization: 50,
    memoryUsedPercent: 50,
  };

  it('is for those who may look at everything', async () => {
    for (const path of [
      'overview',
      'workers',
      'workflows',
      'history',
      'tasks',
      'failures',
      'deliveries',
      'operations',
    ]) {
      expect((await api.visitor().fetch(`/v1/admin/${path}`)).status).toBe(401);
    }
    const { token } = (await (
      await api.as('operator').send('POST', '/v1/admin/keys', { name: 'guard', role: 'viewer' })
    ).json()) as { token: string };
    expect((await api.as(token).fetch('/v1/admin/overview')).status).toBe(200);
    const acts = [
      ['POST', '/v1/admin/operations'],
      ['DELETE', `/v1/admin/operations/${uuidv7()}`],
      ['POST', `/v1/admin/deliveries/${uuidv7()}/redeliver`],
    ] as const;
    for (const [method, path] of acts) {
      const response = await api.as(token).send(method, path, {});
      expect(((await response.json()) as Problem).code).toBe('forbidden');
    }
  });

  it('shows who waits, what ran and how long it took, from the first photo to its end', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const { id } = (await (await api.submit(photo, '祖母.jpg')).json()) as { id: string };
    const typeOf = async () => {
      const { types } = await get<OverviewView>('overview');
      return types.find(({ type }) => type === 'person');
    };
    await vi.waitFor(async () =>
      expect(await typeOf()).toMatchObject({
        waiting: 1,
        running: 0,
        oldest_waiting_since: expect.any(String),
      }),
    );
    const worker = new WorkerOf(api);
    await worker.start(id);
    await vi.waitFor(async () => expect(await typeOf()).toMatchObject({ waiting: 0, running: 1 }));
    await worker.succeed(id);
    await vi.waitFor(async () => {
      expect(await typeOf()).toMatchObject({
        waiting: 0,
        running: 0,
        submitted_last_hour: 1,
        finished_last_hour: 1,
        failed_last_hour: 0,
        wait_s: { p50: expect.any(Number), p95: expect.any(Number) },
        run_s: { p50: expect.any(Number), p95: expect.any(Number) },
      });
    });
    const overview = await get<OverviewView>('overview');
    expect(overview).toMatchObject({
      broker: { connected: true, blocked: false, problem: null },
      deliveries: { pending: 0, failed_last_hour: 0 },
      parked: 0,
    });
    expect(overview.storage.total_bytes).toBeGreaterThan(0);
    const history = await get<HistoryView>('history?hours=1');
    expect(history.step_s).toBe(60);
    expect(history.points).toHaveLength(60);
    const sum = (of: (point: HistoryView['points'][number]) => number) =>
      history.points.reduce((total, point) => total + of(point), 0);
    expect([
      sum((each) => each.submitted),
      sum((each) => each.succeeded),
      sum((each) => each.failed),
    ]).toEqual([1, 1, 0]);
    expect(
      (await get<HistoryView>('history?hours=1&type=building')).points.every((each) => each.submitted === 0),
    ).toBe(true);

    const detail = await get<OperatorTaskDetailView>(`tasks/${id}`);
    expect(detail.task).toMatchObject({ id, status: 'succeeded', filename: '祖母.jpg' });
    expect(detail.timeline.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['submitted', 'started', 'succeeded']),
    );
    expect(detail.attempts).toMatchObject([{ worker: 'worker-1', outcome: 'succeeded', attempt: 1 }]);
    expect(detail.payload).toMatchObject({ version: 1, taskId: id, image: { key: '(redacted)' } });
    expect(JSON.stringify(detail.payload)).not.toContain('originals/');
    expect(detail.owner).toMatchObject({ kind: 'visitor', name: '' });
    expect((await api.as('operator').fetch(`/v1/admin/tasks/${uuidv7()}`)).status).toBe(404);
    expect((await api.as('operator').fetch('/v1/admin/tasks/x')).status).toBe(404);
  });

  it('tells why photos do not flow, each cause as long as it is there', async () => {
    expect(await causesOf()).toEqual([]);
    hear({ engines: [{ ...engine, reachable: false, problems: ['It refuses connections.'] }] });
    const first = await vi.waitFor(async () => {
      const causes = await causesOf();
      expect(causes).toMatchObject([
        { code: 'engine_unreachable', subject: engine.address, runbook: 'enginedown' },
      ]);
      return causes[0]!;
    });
    hear({
      engines: [
        { ...engine, reachable: false },
        { ...engine, address: 'http://shed:8188', circuit: 'open' },
      ],
      tap: 'closed',
      closedBecause: 'gpu_memory',
      gpuMemoryUsedPercent: 96,
    });
    await api.as('operator').send('PUT', '/v1/admin/pauses/types/building', { note: 'new model' });
    const codes = ['type_paused', 'engine_unreachable', 'engine_circuit_open', 'gpu_memory'];
    await vi.waitFor(async () => {
      const causes = await causesOf();
      expect(causes.map(({ code }) => code)).toEqual(codes);
      expect(causes[0]).toMatchObject({ subject: 'building', detail: expect.stringContaining('new model') });
      // Since it was seen for the first time.
      expect(causes[1]!.since).toBe(first.since);
    });
    const { items } = await get<{ items: WorkerView[] }>('workers');
    expect(items).toMatchObject([
      {
        worker: 'attic',
        tap: 'closed',
        closed_because: 'gpu_memory',
        paused: false,
        gpu_memory_used_percent: 96,
      },
    ]);
    expect(items[0]!.engines[1]).toMatchObject({
      address: 'http://shed:8188',
      circuit: 'open',
      memory_free_bytes: 4e9,
    });
    await api.as('operator').send('DELETE', '/v1/admin/pauses/types/building');
    hear({ engines: [engine] });
    await vi.waitFor(async () => expect(await causesOf()).toEqual([]));
  });

  it('finds tasks by whatever is known of them, page by page', async () => {
    const owner = uuidv7();
    const ago = 7_200_000;
    const rows: TaskRow[] = [
      failedTask({ owner_id: owner, filename: 'Kiste 3_100%.jpg', client_ref: 'box 3' }, 'timed_out', ago),
      failedTask(
        { owner_id: owner, filename: 'kiste 4.jpg', sha256: SHA, type: 'building' },
        'bad_image',
        ago,
      ),
      failedTask(
        { owner_id: owner, filename: 'other.jpg', state: 'expired', failure: null, failure_code: null },
        'unknown',
        ago,
      ),
    ];
    await insertRows(databaseOf(api), rows);
    const [boxed, building, expired] = rows.map(({ id }) => id);
    const found = async (query: Record<string, string>) => {
      const { items } = await get<{ items: OperatorTaskView[] }>(
        `tasks?${new URLSearchParams(query).toString()}`,
      );
      return items.map(({ id }) => id).toSorted();
    };
    const sorted = (...ids: (string | undefined)[]) => ids.map(String).toSorted();
    expect(await found({ q: boxed!.toUpperCase() })).toEqual([boxed]);
    expect(await found({ q: 'box 3' })).toEqual([boxed]);
    expect(await found({ q: SHA })).toEqual([building]);
    expect(await found({ q: 'KISTE' })).toEqual(sorted(boxed, building));
    expect(await found({ q: '3_100%' })).toEqual([boxed]);
    expect(await found({ q: '%' })).toEqual([boxed]);
    expect(await found({ owner })).toEqual(sorted(boxed, building, expired));
    expect(await found({ owner, state: 'expired' })).toEqual([expired]);
    expect(await found({ failure: 'timed_out' })).toEqual([boxed]);
    expect(await found({ owner, type: 'building' })).toEqual([building]);
    const hour = (back: number) => new Date(Date.now() - back * 3_600_000).toISOString();
    expect(await found({ failure: 'timed_out', from: hour(3), to: hour(1) })).toEqual([boxed]);
    expect(await found({ failure: 'timed_out', from: hour(1) })).toEqual([]);
    expect(await found({ album: uuidv7() })).toEqual([]);

    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: OperatorTaskView[]; next_cursor: string | null } = await get(
        `tasks?owner=${owner}&limit=1${query}`,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(sorted(boxed, building, expired));
    expect((await api.as('operator').fetch('/v1/admin/tasks?cursor=x')).status).toBe(400);

    const { groups } = await get<{ groups: FailureGroupView[] }>('failures');
    expect(groups.map(({ code, count, types, sample_ids }) => ({ code, count, types, sample_ids }))).toEqual([
      { code: 'bad_image', count: 1, types: ['building'], sample_ids: [building] },
      { code: 'timed_out', count: 1, types: ['person'], sample_ids: [boxed] },
    ]);
    expect((await get<{ groups: unknown[] }>(`failures?from=${hour(1)}`)).groups).toEqual([]);
    expect((await get<{ groups: unknown[] }>('failures?type=person')).groups).toHaveLength(1);
  });

  it('tells that photos fail for one reason, and where outcomes do not arrive', async () => {
    await insertRows(
      databaseOf(api),
      Array.from({ length: 3 }, () => failedTask()),
    );
    const [given] = await insertDeliveries(
      databaseOf(api),
      newDelivery({
        host: 'museum.example:443',
        state: 'failed',
        next_at: null,
        failed_at: Date.now(),
        attempts: 2,
      }),
      newDelivery({ host: 'museum.example:443', attempts: 3, next_at: Date.now() + 3_600_000 }),
      newDelivery({ host: 'archive.example:443', attempts: 1, next_at: Date.now() + 3_600_000 }),
    );
    await databaseOf(api)
      .insertInto('delivery_attempts')
      .values({
        delivery_id: given!.id,
        attempt: 2,
        at: 1,
        duration_ms: 1,
        status: 503,
        error: 'It answered 503.',
      })
      .execute();
    await vi.waitFor(async () =>
      expect(await causesOf()).toMatchObject([
        { code: 'photos_failing', subject: 'out_of_memory', runbook: 'failureratio' },
        {
          code: 'deliveries_failing',
          subject: 'museum.example:443',
          detail: expect.stringContaining('1 given up'),
        },
      ]),
    );
    const { items } = await get<{ items: OperatorDeliveryView[] }>(
      'deliveries?state=failed&host=museum.example:443',
    );
    expect(items).toMatchObject([
      { id: given!.id, last_error: 'It answered 503.', host: 'museum.example:443' },
    ]);
    const again = await api
      .as('operator')
      .fetch(`/v1/admin/deliveries/${given!.id}/redeliver`, { method: 'POST' });
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ id: given!.id, state: 'pending' });
    const audit = await get<{ items: { act: string; subject: string }[] }>('audit?limit=1');
    expect(audit.items).toMatchObject([{ act: 'delivery_redelivered', subject: given!.id }]);
  });

  it('lists workflows with their files', async () => {
    hear({});
    const { items, problems } = await get<WorkflowsView>('workflows');
    expect(items.find(({ type }) => type === 'person')).toMatchObject({
      file: 'DDColor人物黑白修复.json',
      workers: 1,
    });
    expect(problems).toEqual([]);
  });

  it('says that RabbitMQ is away, or lets nobody in', async () => {
    const refusing = new URL(vhost.url);
    refusing.password = 'wrong';
    for (const [AMQP_URL, code] of [
      ['amqp://127.0.0.1:1', 'broker_unreachable'],
      [refusing.toString(), 'broker_refused'],
    ] as const) {
      const away = await TestApi.start({ AMQP_URL });
      try {
        await vi.waitFor(async () => {
          const response = await away.as('operator').fetch('/v1/admin/overview');
          const overview = (await response.json()) as OverviewView;
          expect(overview).toMatchObject({ broker: { connected: false }, parked: null });
          expect(overview.causes[0]).toMatchObject({ code });
          expect(JSON.stringify(overview)).not.toContain('wrong');
        });
      } finally {
        await away.remove();
      }
    }
  });
});
