import { LocalArtifactStore } from '@app/artifact-store';
import { cancelMarkKey, taskLedgerKey, type Problem, type TaskView } from '@app/contracts';
import type { StateEvent } from '@app/messaging';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CancelService } from '../../../apps/api/src/tasks/cancel.service.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { eventOf } from './sample-tasks.js';

const PERSON = 'photo_repair.work.person';

let photo: Buffer;
beforeAll(async () => {
  photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
});

const submitTo = async (at: TestApi) => (await (await at.submit(photo)).json()) as TaskView;
const isMarked = (at: TestApi, id: string) =>
  new LocalArtifactStore(join(at.dataDir, 'artifacts')).exists(cancelMarkKey(id));

describe('cancelling a task', () => {
  const vhost = withVhost();
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ AMQP_URL: vhost.url });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 15_000 });
  });
  afterAll(() => api.remove());

  /** As a worker tells it; resolves when the API has stored it or passed it over. */
  async function tell(id: string, kind: StateEvent['kind'], run = 1, more: object = {}): Promise<void> {
    const event = { ...eventOf({ id, type: 'person' }, kind, { run }), ...more };
    const body = Buffer.from(JSON.stringify(event));
    await vhost.publish('photo_repair.events', 'state.person', body, { persistent: true });
    await vhost.expectReady({ 'photo_repair.results': 0 });
  }

  it('tells every worker, and ends a running task whatever its worker says later', async () => {
    const control = await vhost.channel();
    const { queue } = await control.assertQueue('', { exclusive: true });
    await control.bindQueue(queue, 'photo_repair.control', '');
    const { id } = await submitTo(api);
    await vhost.take(PERSON);
    await tell(id, 'started');
    await vi.waitFor(async () => expect((await api.task(id)).status).toBe('running'));

    const cancelled = (await (await api.cancel(id)).json()) as TaskView;
    expect(cancelled).toMatchObject({ status: 'cancelled', progress: null });
    expect(cancelled.finished_at).not.toBeNull();
    const order = await vi.waitFor(async () => {
      const message = await control.get(queue, { noAck: true });
      if (!message) throw new Error('No worker would have heard of it.');
      const heard = JSON.parse(message.content.toString()) as { kind: string };
      // An API that has just started greets the workers, and tells them what is paused.
      if (heard.kind !== 'cancel') throw new Error(`It was ${heard.kind}.`);
      return heard;
    });
    expect(order).toEqual({ version: 1, kind: 'cancel', taskId: id });
    await control.close();

    for (const kind of ['retrying', 'started', 'succeeded', 'failed', 'cancelled'] as const)
      await tell(id, kind, 2);
    const marker = await submitTo(api);
    await tell(marker.id, 'started');
    await vi.waitFor(async () => expect((await api.task(marker.id)).status).toBe('running'));
    expect(await api.task(id)).toEqual(cancelled);
  });

  it('twice is no error, and changes nothing', async () => {
    const { id } = await submitTo(api);
    const first = (await (await api.cancel(id)).json()) as TaskView;
    const second = await api.cancel(id);
    expect(second.status).toBe(200);
    expect(await second.json()).toEqual(first);
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    const counted = /finished_total\{type="person",outcome="cancelled"\} (\d+)/.exec(metrics)?.[1];
    const inState = /tasks_in_state\{type="person",state="cancelled"\} (\d+)/.exec(metrics)?.[1];
    expect(Number(counted)).toBeGreaterThan(0);
    expect(counted).toBe(inState);
  });

  it('is over once the task was asked for once more, whatever was on its way here of before', async () => {
    const { id } = await submitTo(api);
    const tasks = api.app.get(TasksStore);
    await vhost.take(PERSON);
    // A worker has failed with it once and runs it again, and nothing of that has been heard here.
    const ledger = {
      version: 1,
      run: 2,
      settledRun: 1,
      failedAttempts: 1,
      crashes: 0,
      holder: null,
      prompt: null,
    };
    const artifacts = new LocalArtifactStore(join(api.dataDir, 'artifacts'));
    await artifacts.put(taskLedgerKey(id), Buffer.from(JSON.stringify(ledger)), 'application/json');
    await api.cancel(id);
    const mark = JSON.parse((await artifacts.read(cancelMarkKey(id))).toString()) as unknown;
    expect(mark).toEqual({ version: 1, again: 0 });
    expect((await api.fetch(`/v1/tasks/${id}/retry`, { method: 'POST' })).status).toBe(200);
    await vhost.take(PERSON);
    expect(await tasks.find(id)).toMatchObject({ state: 'queued', run: 3, again: 1 });

    await tell(id, 'started', 1);
    await tell(id, 'retrying', 1);
    await tell(id, 'started', 2);
    await tell(id, 'failed', 2);
    await tell(id, 'cancelled', 2, { again: 0 });
    // Not even with the run of one that was begun at that very moment.
    await tell(id, 'cancelled', 3, { again: 0 });
    const marker = await submitTo(api);
    await tell(marker.id, 'started');
    await vi.waitFor(async () => expect((await api.task(marker.id)).status).toBe('running'));
    expect(await tasks.find(id)).toMatchObject({ state: 'queued', run: 3 });

    await tell(id, 'started', 5);
    await tell(id, 'cancelled', 5, { again: 1 });
    await vi.waitFor(async () => expect((await api.task(id)).status).toBe('cancelled'));
  });

  it('is refused once a task has ended, also where it ends at this moment', async () => {
    const { id } = await submitTo(api);
    const tasks = api.app.get(TasksStore);
    const waiting = (await tasks.find(id))!;
    await tell(id, 'succeeded');
    await vi.waitFor(async () => expect((await api.task(id)).status).toBe('succeeded'));
    const refused = await api.cancel(id);
    expect(refused.status).toBe(409);
    expect(((await refused.json()) as Problem).code).toBe('already_final');
    await expect(api.app.get(CancelService).cancel(waiting)).rejects.toMatchObject({ code: 'already_final' });
    expect(await isMarked(api, id)).toBe(false);
    expect((await api.task(id)).status).toBe('succeeded');
  });

  it('knows nothing of a task that was never made, and listens to no other site', async () => {
    expect((await api.cancel('019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c')).status).toBe(404);
    expect((await api.cancel('nonsense')).status).toBe(404);
    const { id } = await submitTo(api);
    const headers = { origin: 'http://evil.example' };
    const foreign = await api.fetch(`/v1/tasks/${id}/cancel`, { method: 'POST', headers });
    expect(foreign.status).toBe(403);
    expect((await api.task(id)).status).toBe('queued');
  });

  it('is documented', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      paths: Record<string, { post?: { responses: object; parameters?: { name: string }[] } }>;
    };
    const cancel = document.paths['/v1/tasks/{id}/cancel']?.post;
    expect(Object.keys(cancel?.responses ?? {})).toEqual(expect.arrayContaining(['200', '404', '409']));
    const create = document.paths['/v1/tasks']?.post;
    expect(create?.parameters?.map(({ name }) => name)).toContain('Idempotency-Key');
  });
});

describe('cancelling a task while the broker is away', () => {
  const vhost = withVhost();

  it('leaves nothing to be published', async () => {
    const relay = await TcpRelay.to(vhost.url);
    onTestFinished(() => relay.close());
    relay.refuse();
    const away = await TestApi.start({ AMQP_URL: relay.url });
    onTestFinished(() => away.remove());
    const [cancelled, other] = [await submitTo(away), await submitTo(away)];
    const answer = await away.cancel(cancelled.id);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      id: cancelled.id,
      status: 'cancelled',
      queue_position: null,
      delayed_by: null,
    });
    // No worker can have got it, so that none has to be stopped.
    expect(await isMarked(away, cancelled.id)).toBe(false);
    expect(await isMarked(away, other.id)).toBe(false);
    expect(await away.metric('photo_repair_tasks_held{type="person"}')).toBe(1);

    relay.forward();
    await vhost.expectReady({ [PERSON]: 1 });
    expect((await vhost.take(PERSON)).properties.messageId).toBe(other.id);
    await vhost.expectReady({ [PERSON]: 0 });
  });
});
