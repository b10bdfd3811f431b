import type { TaskNotice } from '@app/contracts';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { ReplyAddress } from '../../../apps/api/src/tasks/reply-address.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { withVhost } from '../../support/vhost.js';
import { eventOf, newTask } from '../api/sample-tasks.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { reaching, WebhookApi } from './webhook-api.js';

const until = { timeout: 20_000, interval: 25 };
const QUEUE = 'reply.museum.answers';

describe('outcomes over AMQP', () => {
  const vhost = withVhost();
  let relay: TcpRelay;
  let api: WebhookApi;

  beforeAll(async () => {
    relay = await TcpRelay.to(vhost.url);
    api = await WebhookApi.start({ ...reaching(), AMQP_URL: relay.url });
    await vi.waitFor(async () => expect(await api.api.ready()).toBe(true), until);
    const channel = await vhost.channel();
    await channel.assertQueue(QUEUE, { durable: true });
    await channel.close();
  });
  afterAll(async () => {
    await api.api.remove();
    await relay.close();
  });

  const replyTo = (chosen: Partial<ReplyAddress> = {}): ReplyAddress => ({
    vhost: 'main',
    replyTo: QUEUE,
    correlationId: 'c-1',
    taskId: 'task_12345',
    progress: false,
    ...chosen,
  });
  const stateOf = async (taskId: string) => (await api.deliveries(`&task_id=${taskId}`))[0];

  it('reach the queue that the sender named, by its own ids, once', async () => {
    const task = await api.end(await api.task({ reply: replyTo() }), 'succeeded');
    const message = await vhost.take(QUEUE);
    expect(message.properties).toMatchObject({
      correlationId: 'c-1',
      type: 'task.succeeded',
      contentType: 'application/json',
      appId: 'photo-repair',
      deliveryMode: 2,
    });
    const notice = JSON.parse(message.content.toString()) as TaskNotice;
    expect(notice).toMatchObject({ type: 'task.succeeded', data: { task_id: 'task_12345', id: task.id } });
    expect(notice.data.result?.url).toContain('/v1/downloads/');
    await vi.waitFor(async () => expect((await stateOf(task.id))?.state).toBe('delivered'), until);
    const delivery = (await stateOf(task.id))!;
    expect(delivery).toMatchObject({ channel: 'amqp', target: QUEUE, attempts: 1 });
    expect(message.properties.messageId).toBe(delivery.id);
    await vhost.expectReady({ [QUEUE]: 0 });
  });

  it('are given up with a reason where there is no such queue', async () => {
    const task = await api.end(await api.task({ reply: replyTo({ replyTo: 'amq.gen-gone' }) }));
    await vi.waitFor(async () => expect((await stateOf(task.id))?.state).toBe('failed'), until);
    const { log } = await api.delivery((await stateOf(task.id))!.id);
    expect(log).toMatchObject([
      { attempt: 1, status: null, error: expect.stringContaining('Nobody waits') as string },
    ]);
  });

  it('wait for a broker that is away without counting, and for a virtual host that is not set', async () => {
    relay.refuse();
    await vi.waitFor(async () => expect(await api.api.ready()).toBe(false), until);
    const task = await api.end(await api.task({ reply: replyTo({ correlationId: null }) }));
    const elsewhere = await api.end(await api.task({ reply: replyTo({ vhost: 'intake' }) }));
    expect(await stateOf(task.id)).toMatchObject({ state: 'pending', attempts: 0 });
    relay.forward();
    await vi.waitFor(async () => expect((await stateOf(task.id))?.state).toBe('delivered'), until);
    expect(await stateOf(task.id)).toMatchObject({ attempts: 1 });
    expect((await vhost.take(QUEUE)).properties.correlationId).toBe('task_12345');
    expect(await stateOf(elsewhere.id)).toMatchObject({ state: 'pending', attempts: 0 });
  });

  it('are public events for whoever listens, by publisher, type and event', async () => {
    const channel = await vhost.channel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'photo_repair.task_events', '#');
    const store = api.api.app.get(TasksStore);
    const changes = api.api.app.get(TaskChanges);
    const made = await store.insert(newTask({ ownerId: api.key.id }));
    if (typeof made === 'string') throw new Error(made);
    changes.stored(made);
    for (const kind of ['started', 'retrying', 'failed'] as const) {
      changes.stored((await store.apply(eventOf(made.row, kind, { run: kind === 'failed' ? 2 : 1 })))!);
    }
    const heard: [string, string][] = [];
    await channel.consume(
      queue,
      (message) => {
        if (message === null) return;
        const { data } = JSON.parse(message.content.toString()) as TaskNotice;
        heard.push([message.fields.routingKey, data.id!]);
      },
      { noAck: true },
    );
    const keys = ['accepted', 'started', 'failed'].map((event) => `${api.key.id}.person.${event}`);
    await vi.waitFor(() => expect(heard).toEqual(keys.map((key) => [key, made.row.id])), until);
    await channel.close();
  });
});

it('costs a task nothing that nobody can be told of it', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const api = await WebhookApi.start({ ...reaching(), AMQP_URL: `amqp://127.0.0.1:${port}` });
  const reply: ReplyAddress = {
    vhost: 'main',
    replyTo: 'q',
    correlationId: null,
    taskId: null,
    progress: true,
  };
  for (let count = 0; count < 50; count += 1) {
    expect((await api.end(await api.task({ reply }))).state).toBe('failed');
  }
  expect(await api.count('pending')).toBe(50);
  for (const socket of sockets) socket.destroy();
  silent.close();
  await api.api.remove();
});
