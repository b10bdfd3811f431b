import type { TaskEvent } from '@app/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { withVhost } from '../../support/vhost.js';
import { rotatedJpeg } from './originals.js';
import { WorkerApp } from './worker-app.js';

const QUEUE = 'photo_repair.work.person';

describe('a worker that looks one task ahead', () => {
  const vhost = withVhost();

  async function start(settings: Record<string, string> = {}): Promise<[WorkerApp, TestEngine]> {
    const engine = await startEngine();
    onTestFinished(() => engine.remove());
    engine.colouriser.hold();
    return [await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url, ...settings }), engine];
  }

  it('has the next photo in the engine while one runs, and tells of it when its turn has come', async () => {
    const [worker, engine] = await start();
    const photo = await rotatedJpeg();
    const first = await worker.submit(photo);
    await worker.until(first.taskId, 'started');
    const second = await worker.submit(photo);
    const third = await worker.submit(photo);
    await untilInEngine(engine, { running: 1, pending: 1 });
    expect(kinds(worker, second.taskId)).toEqual([]);
    await vhost.expectReady({ [QUEUE]: 1 });
    engine.colouriser.release();
    for (const { taskId } of [first, second, third]) {
      await worker.until(taskId, 'succeeded');
      expect(kinds(worker, taskId)).toEqual(['started', 'succeeded']);
    }
    const started = worker.states.filter(({ kind }) => kind === 'started').map(({ taskId }) => taskId);
    expect(started).toEqual([first.taskId, second.taskId, third.taskId]);
    await vhost.expectReady({ [QUEUE]: 0, 'photo_repair.parking': 0 });
  });

  it('takes nothing ahead where that is turned off', async () => {
    const [worker, engine] = await start({ WORKER_LOOKAHEAD: '0' });
    const photo = await rotatedJpeg();
    const first = await worker.submit(photo);
    await worker.until(first.taskId, 'started');
    const second = await worker.submit(photo);
    await untilInEngine(engine, { running: 1, pending: 0 });
    await vhost.expectReady({ [QUEUE]: 1 });
    expect(kinds(worker, second.taskId)).toEqual([]);
    engine.colouriser.release();
    await worker.until(second.taskId, 'succeeded');
    await vhost.expectReady({ [QUEUE]: 0 });
  });

  it('hands it to a worker that is idle, and takes it out of the engine', async () => {
    const [busy, engine] = await start();
    const photo = await rotatedJpeg();
    const first = await busy.submit(photo);
    await busy.until(first.taskId, 'started');
    const second = await busy.submit(photo);
    await untilInEngine(engine, { running: 1, pending: 1 });
    const other = await startEngine();
    onTestFinished(() => other.remove());
    const idle = await WorkerApp.start(vhost, {
      COMFYUI_URLS: other.url,
      WORKER_NAME: 'idle',
      DATA_DIR: busy.dataDir,
    });
    const done = await idle.until(second.taskId, 'succeeded');
    expect(done.worker).toBe('idle');
    expect(kinds(idle, second.taskId)).toEqual(['started', 'succeeded']);
    await untilInEngine(engine, { running: 1, pending: 0 });
    engine.colouriser.release();
    await busy.until(first.taskId, 'succeeded');
    expect(engine.colouriser.calls).toBe(1);
  });

  it('gives it back, out of the engine too, when it stops', async () => {
    const [worker, engine] = await start();
    const photo = await rotatedJpeg();
    const first = await worker.submit(photo);
    await worker.until(first.taskId, 'started');
    const second = await worker.submit(photo);
    await untilInEngine(engine, { running: 1, pending: 1 });
    const stopping = worker.stop();
    await untilInEngine(engine, { running: 1, pending: 0 });
    engine.colouriser.release();
    await stopping;
    expect(kinds(worker, first.taskId)).toEqual(['started', 'succeeded']);
    expect(kinds(worker, second.taskId)).toEqual([]);
    await vhost.expectReady({ [QUEUE]: 1, 'photo_repair.parking': 0 });
    await vhost.api('DELETE', `/api/queues/${vhost.name}/${QUEUE}/contents`);
  });
});

function kinds(worker: WorkerApp, taskId: string): TaskEvent['kind'][] {
  return worker.states.filter((event) => event.taskId === taskId).map(({ kind }) => kind);
}

/** Waits until so many prompts run and wait in the engine. */
async function untilInEngine({ url }: TestEngine, counts: { running: number; pending: number }) {
  await vi.waitFor(
    async () => {
      const response = await fetch(`${url}/queue`);
      const queue = (await response.json()) as { queue_running: unknown[]; queue_pending: unknown[] };
      expect({ running: queue.queue_running.length, pending: queue.queue_pending.length }).toEqual(counts);
    },
    { timeout: 15_000, interval: 20 },
  );
}
