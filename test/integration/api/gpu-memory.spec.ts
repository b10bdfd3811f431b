import type { WorkerStatus } from '@app/contracts';
import { WorkerStatusPublisher } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { LiveApi, topicOf } from '../live/live-api.js';
import { Watcher } from '../live/watcher.js';
import { startPublisher } from '../messaging/test-worker.js';

/** A page hears of it within a second or so; the rest is for a busy test machine. */
const SOON_MS = 4_000;

describe('a photo that waits for GPU memory', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let statuses: WorkerStatusPublisher;

  beforeAll(async () => {
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    // What workers tell of themselves is lost before it listens.
    await vi.waitFor(async () => expect(await live.api.ready()).toBe(true));
  });

  afterAll(() => live.api.remove());

  /** A worker of its own for each letter. */
  function tell(letter: string, changes: Partial<WorkerStatus>): void {
    const sent = statuses.publishWorkerStatus({
      version: 1,
      kind: 'worker',
      worker: letter,
      process: `0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a${letter}0`,
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
    expect(sent).toBe(true);
  }
  const short = (gpuMemoryUsedPercent: number): Partial<WorkerStatus> => ({
    tap: 'closed',
    closedBecause: 'gpu_memory',
    gpuMemoryUsedPercent,
  });

  it('says so, and how full it is, until a worker has memory; an open page hears it at once', async () => {
    const { publisher } = await startPublisher(vhost, ['person'], 'w');
    statuses = new WorkerStatusPublisher(publisher);
    const task = await live.task(await live.ownerOf(live.api));
    const other = await live.task(await live.ownerOf(live.api), null, 'building');
    const watcher = await Watcher.open(live.url, await live.api.headers());
    const state = watcher.follow(topicOf('task', task.id));
    const becomes = async (delayed_by: string | null, percent: number | null) => {
      const expected = { delayed_by, gpu_memory_used_percent: percent };
      await watcher.until(() => expect(state.tasks.get(task.id)).toMatchObject(expected), SOON_MS);
      expect(await live.api.task(task.id)).toMatchObject(expected);
    };
    await becomes(null, null);

    tell('a', short(91));
    await becomes('gpu_memory', 91);
    expect(await live.api.task(other.id)).toMatchObject({ gpu_memory_used_percent: null });

    tell('b', short(83));
    await becomes('gpu_memory', 83);
    tell('b', short(86));
    await becomes('gpu_memory', 86);

    tell('b', {});
    await becomes(null, null);
    tell('b', { tap: 'closed', closedBecause: 'stopping' });
    await becomes('gpu_memory', 91);
    tell('a', { tap: 'closed', closedBecause: 'no_engine' });
    await becomes(null, null);
  });
});
