import { workerStatusSchema, type WorkerStatus } from '@app/contracts';
import { TaskControlPublisher, type LiveEvent } from '@app/messaging';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quickest } from '../../support/quickest.js';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { withVhost } from '../../support/vhost.js';
import { bitmap } from './originals.js';
import { WorkerApp } from './worker-app.js';

const isStatus = (event: LiveEvent): event is WorkerStatus => event.kind === 'worker';
const isOpen = (event: LiveEvent): event is WorkerStatus => isStatus(event) && event.tap === 'open';
const runs =
  (count: number) =>
  (event: LiveEvent): event is WorkerStatus =>
    isStatus(event) && event.running.length === count;

/** What runs in the engines is of the tests alone. */
const COLD = { ENGINE_WARM_UP: 'false', NVIDIA_SMI: 'off' };

describe('the presence of a worker', () => {
  const vhost = withVhost();
  let engine: TestEngine;

  beforeEach(async () => void (engine = await startEngine()));
  afterEach(() => engine.remove());

  it('says who it is, what it may use and that it takes tasks', async () => {
    const worker = await WorkerApp.start(vhost, {
      COMFYUI_URLS: engine.url.replace('://', '://user:secret@'),
      WORKER_LOOKAHEAD: '2',
      MAX_CONCURRENT_TASKS: '3',
      ...COLD,
    });
    const status = await worker.hear(isOpen);
    expect(workerStatusSchema.parse(status)).toEqual(status);
    const memory = expect.any(Number) as number;
    expect(status).toMatchObject({
      worker: 'w1',
      taskTypes: ['person'],
      concurrency: 3,
      lookahead: 2,
      running: [],
      engines: [
        {
          address: engine.url,
          reachable: true,
          device: 'cpu',
          memoryTotal: memory,
          memoryFree: memory,
          utilization: null,
          memoryUsedPercent: null,
          circuit: 'closed',
          problems: [],
          loaded: null,
        },
      ],
      closedBecause: null,
      gpuMemoryUsedPercent: null,
      ahead: 0,
    });
    expect(JSON.stringify(worker.live)).not.toContain('secret');
    await vhost.expectReady({ 'photo_repair.results': 0, 'photo_repair.parking': 0 });
  });

  it('tells at once, not with its next beat, that a task begins and that it ends', async () => {
    engine.colouriser.hold();
    const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url, ...COLD });
    await worker.hear(isOpen);
    const { taskId } = await worker.submit(bitmap());
    const started = await worker.until(taskId, 'started');
    const busy = await worker.hear(runs(1));
    expect(Math.abs(Date.parse(busy.at) - Date.parse(started.at))).toBeLessThan(4_500);
    expect(busy.running).toMatchObject([{ taskId, taskType: 'person', stage: 'preparing' }]);
    const beats = worker.live.length;
    // The next beat knows the stage.
    const running = await worker.hear(
      (event) => isStatus(event) && event.running[0]?.stage === 'running',
      beats,
    );
    expect(isStatus(running) && running.running[0]?.since).toBe(busy.running[0]?.since);
    const before = worker.live.length;
    engine.colouriser.release();
    const { at } = await worker.until(taskId, 'succeeded');
    const idle = await worker.hear(runs(0), before);
    expect(Math.abs(Date.parse(idle.at) - Date.parse(at))).toBeLessThan(4_500);
  });

  it('answers an API that says hello, at once', async () => {
    const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url, ...COLD });
    await worker.hear(isOpen);
    const tookMs = await quickest(2_000, async () => {
      // Right after a beat, so that the next one is 5 s away.
      await worker.hear(isStatus, worker.live.length);
      const [heard, saidAt] = [worker.live.length, Date.now()];
      expect(new TaskControlPublisher(worker.api.publisher).hello()).toBe(true);
      const answer = await worker.hear(isStatus, heard);
      return Date.parse(answer.at) - saidAt;
    });
    expect(tookMs).toBeLessThan(2_000);
  });

  it('says why its tap is closed, and when it opens', async () => {
    const comfy = await FakeComfy.start();
    comfy.device = gpu({ heldByOthers: 0.9 });
    try {
      const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: comfy.url, ...COLD });
      const closedFor =
        (why: string) =>
        (event: LiveEvent): event is WorkerStatus =>
          isStatus(event) && event.closedBecause === why;
      const short = await worker.hear(closedFor('gpu_memory'));
      expect(short).toMatchObject({ gpuMemoryUsedPercent: 90, engines: [{ memoryUsedPercent: 90 }] });
      const why = '90 % by other programs than the engine (limit 80 %)';
      expect(short.engines[0]?.problems).toContainEqual(expect.stringContaining(why));
      const before = worker.live.length;
      comfy.device = gpu({ heldByOthers: 0.95 });
      await worker.hear((event) => isStatus(event) && event.gpuMemoryUsedPercent === 95, before);
      comfy.device = gpu({});
      const open = await worker.hear(isOpen);
      expect(open).toMatchObject({
        gpuMemoryUsedPercent: null,
        engines: [
          { device: 'NVIDIA', memoryTotal: 24e9, memoryFree: 24e9, memoryUsedPercent: 0, problems: [] },
        ],
      });
      const heard = worker.live.length;
      await comfy.close();
      const gone = await worker.hear(closedFor('no_engine'), heard);
      expect(gone).toMatchObject({ tap: 'closed', engines: [{ reachable: false, device: 'NVIDIA' }] });
    } finally {
      await comfy.close();
    }
  });

  it('is told again at once when the broker is back', async () => {
    const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url, ...COLD });
    await worker.hear(isOpen);
    // A second until the connection is tried again; the next beat would be due after five.
    const tookMs = await quickest(4_000, async () => {
      await vhost.closeConnections('w1-publish');
      const [heard, cutAt] = [worker.live.length, Date.now()];
      const again = await worker.hear(isStatus, heard);
      return Date.parse(again.at) - cutAt;
    });
    expect(tookMs).toBeLessThan(4_000);
  });

  it('says at last that it stops, and what it still has in hand', async () => {
    engine.colouriser.hold();
    const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url, ...COLD });
    const { taskId } = await worker.submit(bitmap());
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
    const heard = worker.live.length;
    const stopped = worker.stop();
    const stopping = await worker.hear(
      (event) => isStatus(event) && event.closedBecause === 'stopping',
      heard,
    );
    expect(stopping).toMatchObject({ tap: 'closed', running: [{ taskId }] });
    engine.colouriser.release();
    await stopped;
    await worker.until(taskId, 'succeeded');
    await worker.hear(runs(0), heard);
    expect(worker.live.filter(isStatus).at(-1)).toMatchObject({
      tap: 'closed',
      closedBecause: 'stopping',
      running: [],
    });
  });
});
