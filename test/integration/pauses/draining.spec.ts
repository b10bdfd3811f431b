import type { TaskEvent, TaskLedger } from '@app/contracts';
import { taskLedgerKey } from '@app/contracts';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEngine } from '../../support/engine.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { WorkerApp } from '../worker/worker-app.js';
import { OperatorCalls, PERSON, submitMany } from './operator-calls.js';

describe('a worker that an operator drains', () => {
  const vhost = withVhost();

  const kinds = (worker: WorkerApp, taskId: string): TaskEvent['kind'][] =>
    worker.states.filter((event) => event.taskId === taskId).map(({ kind }) => kind);

  async function start(): Promise<{ api: TestApi; operator: OperatorCalls }> {
    const api = await TestApi.start({ AMQP_URL: vhost.url });
    onTestFinished(() => api.remove());
    return { api, operator: new OperatorCalls(api.as('operator')) };
  }

  async function engine(): Promise<Awaited<ReturnType<typeof startEngine>>> {
    const started = await startEngine();
    onTestFinished(() => started.remove());
    return started;
  }

  it('ends what it runs, gives back what it holds, uncharged, and stays so when it starts again', async () => {
    const { api, operator } = await start();
    const settings = { DATA_DIR: api.dataDir };
    const held = await engine();
    held.colouriser.hold();
    const drained = await WorkerApp.start(vhost, {
      ...settings,
      COMFYUI_URLS: held.url,
      WORKER_NAME: 'old card',
    });
    const [first, second] = await submitMany(api, 2);
    await drained.until(first!, 'started');
    await vhost.expectReady({ [PERSON]: 0 });

    await operator.pause('workers/old%20card', 'the card is replaced');
    // Of the one that it held nothing has been told: its turn never came there.
    await vhost.expectReady({ [PERSON]: 1 });
    expect(kinds(drained, second!)).toEqual([]);
    await vi.waitFor(async () => expect(await api.task(second!)).toMatchObject({ delayed_by: 'paused' }), {
      timeout: 15_000,
    });
    const free = await engine();
    const other = await WorkerApp.start(vhost, {
      ...settings,
      COMFYUI_URLS: free.url,
      WORKER_NAME: 'new card',
    });
    const done = await other.until(second!, 'succeeded');
    expect(done).toMatchObject({ worker: 'new card', attempt: 1 });
    const ledger = JSON.parse(String(await other.store.read(taskLedgerKey(second!)))) as TaskLedger;
    expect(ledger).toMatchObject({ failedAttempts: 0, crashes: 0 });
    expect(kinds(drained, first!)).toEqual(['started']);
    held.colouriser.release();
    await drained.until(first!, 'succeeded');

    await other.stop();
    await drained.stop();
    const again = await WorkerApp.start(vhost, {
      ...settings,
      COMFYUI_URLS: held.url,
      WORKER_NAME: 'old card',
    });
    const isPaused = (event: object) => 'closedBecause' in event && event.closedBecause === 'paused';
    await again.hear(isPaused);
    const [third] = await submitMany(api, 1);
    await vhost.expectReady({ [PERSON]: 1 });
    expect(kinds(again, third!)).toEqual([]);
    await operator.resume('workers/old%20card');
    expect(await again.until(third!, 'succeeded')).toMatchObject({ worker: 'old card' });
  });

  it('learns what is paused from what it says of itself, also where it missed the word', async () => {
    const { api, operator } = await start();
    const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: (await engine()).url, WORKER_NAME: 'w1' });
    await operator.pause('types/person');
    const knows = (types: string[]) => (event: object) =>
      'pausedTypes' in event && JSON.stringify(event.pausedTypes) === JSON.stringify(types);
    await worker.hear(knows(['person']));
    // A store of its own: what it was told it knows, and nothing else.
    const deaf = worker.live.length;
    await vhost.publish(
      'photo_repair.control',
      '',
      Buffer.from(JSON.stringify({ version: 1, kind: 'pauses', workers: [], taskTypes: [] })),
    );
    await worker.hear(knows([]), deaf);
    await worker.hear(knows(['person']), worker.live.length - 1);
    await operator.resume('types/person');
    await worker.hear(knows([]), worker.live.length - 1);
    expect(await api.ready()).toBe(true);
  });
});
