import { describe, expect, it, onTestFinished } from 'vitest';
import {
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  PublishError,
  TaskPublisher,
} from '@app/messaging';
import { withVhost } from '../../support/vhost.js';
import { sampleStarted, sampleTask } from './samples.js';
import { TcpRelay } from './tcp-relay.js';
import { startPublisher } from './test-worker.js';

describe('publishing', () => {
  const vhost = withVhost();

  it('puts a task into the queue of its type and nowhere else, with all a worker needs', async () => {
    const { tasks } = await startPublisher(vhost, ['person', 'building']);
    const task = sampleTask('building');
    await tasks.publishTask(task, { priority: 3 });

    await vhost.expectReady({
      'photo_repair.work.building': 1,
      'photo_repair.work.person': 0,
      photo_repair_tasks: 0,
      'photo_repair.expired': 0,
      'photo_repair.parking': 0,
    });
    const { content, properties } = await vhost.take('photo_repair.work.building');
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({
      messageId: task.taskId,
      contentType: 'application/json',
      deliveryMode: 2,
      priority: 3,
      headers: {
        'x-task-type': 'building',
        'x-attempt': 0,
        'x-first-published-at': expect.any(Number) as number,
      },
    });
  });

  it('refuses a task that no worker would understand', async () => {
    const { tasks } = await startPublisher(vhost);
    await expect(tasks.publishTask({ ...sampleTask(), taskId: 'no-uuid' })).rejects.toThrow('taskId');
  });

  it('reports a task type without a queue, and only that message', async () => {
    const { tasks } = await startPublisher(vhost);
    const known = sampleTask();
    const [unknownType, knownType] = await Promise.allSettled([
      tasks.publishTask(sampleTask('landscape')),
      tasks.publishTask(known),
    ]);
    expect(unknownType).toMatchObject({
      status: 'rejected',
      reason: { name: 'PublishError', code: 'UNROUTABLE' },
    });
    expect(knownType).toMatchObject({ status: 'fulfilled' });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe(known.taskId);
  });

  it('declares a deleted queue again when a message finds none', async () => {
    const { tasks } = await startPublisher(vhost);
    await (await vhost.channel()).deleteQueue('photo_repair.work.person');
    await expect(tasks.publishTask(sampleTask())).rejects.toMatchObject({ code: 'UNROUTABLE' });
    await expect.poll(() => vhost.queue('photo_repair.work.person'), { timeout: 15_000 }).toBeDefined();
    await tasks.publishTask(sampleTask());
    await vhost.expectReady({ 'photo_repair.work.person': 1 });
  });

  it('reports a message that the broker refuses', async () => {
    const { tasks } = await startPublisher(vhost, ['full']);
    await vhost.api('PUT', `/api/policies/${vhost.name}/full`, {
      pattern: 'work[.]full$',
      'apply-to': 'queues',
      definition: { 'max-length': 1, overflow: 'reject-publish' },
    });
    await tasks.publishTask(sampleTask('full'));
    await expect
      .poll(() => tasks.publishTask(sampleTask('full')).catch((error: PublishError) => error.code), {
        timeout: 15_000,
      })
      .toBe('NACKED');
  });

  it('keeps at most its window in flight', async () => {
    const { connection, topology } = await startPublisher(vhost, ['window']);
    const small = new ConfirmPublisher(connection, { topology, maxInFlight: 2 });
    onTestFinished(() => small.close());
    await small.whenReady(15_000);
    const tasks = new TaskPublisher(small);
    const results = await Promise.allSettled([1, 2, 3].map(() => tasks.publishTask(sampleTask('window'))));
    expect(
      results.map((result) => (result.status === 'rejected' ? (result.reason as PublishError).code : 'in')),
    ).toEqual(['in', 'in', 'PUBLISH_WINDOW_FULL']);
    await tasks.publishTask(sampleTask('window'));
    await vhost.expectReady({ 'photo_repair.work.window': 3 });
  });
});

describe('publishing without a broker', () => {
  const vhost = withVhost();

  it('fails at once, and works again when the broker is back', async () => {
    const relay = await TcpRelay.to(vhost.url);
    onTestFinished(() => relay.close());
    const connection = new BrokerConnection({ url: relay.url, name: 'relayed' });
    const topology = buildTopology(['person']);
    const publisher = new ConfirmPublisher(connection, { topology, confirmTimeoutMs: 30_000 });
    const impatient = new ConfirmPublisher(connection, { topology, confirmTimeoutMs: 50 });
    onTestFinished(async () => {
      await impatient.close();
      await publisher.close();
      await connection.close();
    });
    await publisher.whenReady(15_000);
    const tasks = new TaskPublisher(publisher);
    await tasks.publishTask(sampleTask());

    relay.refuse();
    await expect.poll(() => connection.state, { timeout: 15_000 }).toBe('connecting');
    const failed = tasks.publishTask(sampleTask()).catch((error: PublishError) => error.code);
    const nextTurn = new Promise((resolve) => setImmediate(resolve, 'it waits for something'));
    expect(await Promise.race([failed, nextTurn])).toBe('BROKER_UNAVAILABLE');
    expect(
      publisher.publishLossy({
        exchange: 'x',
        routingKey: '',
        body: Buffer.from('{}'),
        properties: { messageId: 'm' },
      }),
    ).toBe(false);

    relay.forward();
    await publisher.whenReady(15_000);
    await tasks.publishTask(sampleTask());
    await impatient.whenReady(15_000);

    relay.hold();
    const unconfirmed = new TaskPublisher(impatient).publishTask(sampleTask());
    await expect(unconfirmed).rejects.toMatchObject({ code: 'CONFIRM_TIMEOUT' });
    const waiting = tasks.publishTask(sampleTask());
    relay.refuse();
    await expect(waiting).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
    await vhost.expectReady({ 'photo_repair.work.person': 2 });
  });

  it('waits for nobody when it is closed while the broker is away', async () => {
    const relay = await TcpRelay.to(vhost.url);
    relay.refuse();
    onTestFinished(() => relay.close());
    const connection = new BrokerConnection({ url: relay.url, name: 'early' });
    const publisher = new ConfirmPublisher(connection, { topology: buildTopology(['person']) });
    await expect(publisher.whenReady(300)).rejects.toThrow(/cannot be used/);
    // The broker stays away, so whoever waits for it here waits until the test is given up.
    await publisher.close();
    await connection.close();
    expect(connection.state).toBe('closed');
  });
});

describe('publishing to a broker that is out of memory', () => {
  const vhost = withVhost();

  it('fails at once for as long as the broker says so', async () => {
    const { connection, events } = await startPublisher(vhost);
    // The alarm itself would stop every other test's publishers, so only the broker's notice of it is played here.
    connection.model?.emit('blocked', 'low on memory');
    expect(connection.state).toBe('blocked');
    await expect(events.publish(sampleStarted())).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringContaining('low on memory') as string,
    });
    connection.model?.emit('unblocked');
    await events.publish(sampleStarted());
    await vhost.expectReady({ 'photo_repair.results': 1 });
  });
});
