import type { EngineErased, WorkerStatus } from '@app/contracts';
import { BrokerConnection, TaskEventSubscriber, WorkerStatusPublisher, type LiveEvent } from '@app/messaging';
import { v4 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { startPublisher } from './test-worker.js';

const AT = '2026-01-02T03:04:06.000Z';

function statusOf(worker: string): WorkerStatus {
  return {
    version: 1,
    kind: 'worker',
    worker,
    process: uuid(),
    taskTypes: ['person', 'building'],
    concurrency: 2,
    lookahead: 1,
    running: [{ taskId: uuid(), taskType: 'person', since: AT, stage: 'running' }],
    engines: [
      {
        address: 'http://gpu-1:8188',
        reachable: true,
        device: 'NVIDIA H100',
        memoryTotal: 8e10,
        memoryFree: 7e10,
      },
      { address: 'http://gpu-2:8188', reachable: false, device: null, memoryTotal: null, memoryFree: null },
    ],
    tap: 'open',
    closedBecause: null,
    at: AT,
  };
}

async function startApi(vhost: Vhost, name: string): Promise<LiveEvent[]> {
  const heard: LiveEvent[] = [];
  const { topology, publisher } = await startPublisher(vhost, ['person'], name);
  const connection = new BrokerConnection({ url: vhost.url, name: `${name}-consume` });
  const subscriber = new TaskEventSubscriber({ connection, topology, publisher, name });
  subscriber.onLive((event) => heard.push(event));
  onTestFinished(async () => {
    await subscriber.close();
    await connection.close();
  });
  await subscriber.whenReady(15_000);
  return heard;
}

describe('what a worker says of itself', () => {
  const vhost = withVhost();

  it('reaches every API instance, whatever the worker is called, and no queue that lasts', async () => {
    const [one, two] = [await startApi(vhost, 'api-1'), await startApi(vhost, 'api-2')];
    const { publisher } = await startPublisher(vhost, ['person'], 'w1');
    const worker = new WorkerStatusPublisher(publisher);
    const said = ['w1', 'gpu.box #1', '工'.repeat(100)].map(statusOf);
    const erased: EngineErased = {
      version: 1,
      kind: 'engine_erased',
      taskId: uuid(),
      worker: 'w1',
      engine: 'http://gpu-1:8188',
      ok: true,
      at: AT,
    };
    for (const status of said) expect(worker.publishWorkerStatus(status)).toBe(true);
    expect(worker.publishErased(erased)).toBe(true);
    for (const heard of [one, two]) {
      await expect.poll(() => heard, { timeout: 15_000 }).toEqual([...said, erased]);
    }
    await vhost.expectReady({ 'photo_repair.results': 0, 'photo_repair.parking': 0, photo_repair_tasks: 0 });
  });

  it('is dropped without the broker, and by an API where it is nonsense', async () => {
    const heard = await startApi(vhost, 'api-3');
    const { publisher, connection } = await startPublisher(vhost, ['person'], 'w2');
    const worker = new WorkerStatusPublisher(publisher);
    worker.publishWorkerStatus({ ...statusOf('w2'), at: 'yesterday' });
    const good = statusOf('w2');
    expect(worker.publishWorkerStatus(good)).toBe(true);
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual([good]);
    await connection.close();
    expect(worker.publishWorkerStatus(good)).toBe(false);
  });
});
