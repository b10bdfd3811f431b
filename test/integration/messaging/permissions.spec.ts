import {
  AnswerPublisher,
  BridgeAnswerSubscriber,
  buildBridgeTopology,
  buildIntakeTopology,
  buildTopology,
  ForeignTaskSubscriber,
  growTopology,
  OverdueTaskSubscriber,
  ParkingLot,
  TASK_PATTERN,
  TaskControlPublisher,
  TaskEventPublisher,
  TaskEventSubscriber,
  TaskNoticePublisher,
  TaskPublisher,
  TaskServer,
  VouchedTaskPublisher,
  WorkerStatusPublisher,
  type Settlement,
} from '@app/messaging';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { channelOf, expectDenied, publisherOf, RETRIES, send, startApi, TYPES } from './broker-user.js';
import { sampleStarted, sampleTask } from './samples.js';
import { TestLedgers } from './test-worker.js';

describe('the api', () => {
  const vhost = withVhost();

  it('makes everything, and does all that it has to', async () => {
    const { publisher, connection, topology } = await startApi(vhost);
    const options = { connection, topology, publisher, name: 'api' };
    const foreign = new ForeignTaskSubscriber({
      ...options,
      vhost: 'main',
      take: async () => ({ kind: 'taken' }),
    });
    const overdue = new OverdueTaskSubscriber({ ...options, decide: async () => 'ended' });
    const events = new TaskEventSubscriber(options);
    events.onLive(() => undefined);
    events.onStateEvent(async () => undefined);
    onTestFinished(async () => {
      await Promise.all([foreign.close(), overdue.close(), events.close()]);
    });
    await Promise.all([foreign, overdue, events].map((one) => one.whenReady(15_000)));
    const task = sampleTask();
    await new TaskPublisher(publisher).publishTask(task);
    await (await vhost.channel()).assertQueue('reply.somebody', { durable: true });
    const ids = { correlationId: 'c', messageId: 'm' };
    expect(await new AnswerPublisher(publisher).publish('reply.somebody', {} as never, ids)).toBe(
      'delivered',
    );
    new TaskNoticePublisher(publisher).publish({ type: 'task.failed', data: {} } as never, {
      publisher: 'alice',
      taskType: 'person',
    });
    expect(new TaskControlPublisher(publisher).hello()).toBe(true);
    new TaskEventPublisher(publisher).publishChanged({
      version: 1,
      kind: 'access',
      albumId: uuid(),
    } as never);
    await publisher.declare();
    await vhost.expectReady({ 'photo_repair.work.person': 1, 'reply.somebody': 1 });
    expect(publisher.problem).toBeNull();
    expect([foreign.problem, overdue.problem, events.problem]).toEqual([null, null, null]);
  });

  it('makes what other systems need in their own virtual host', async () => {
    const { publisher } = await publisherOf(vhost, 'api', buildIntakeTopology(TYPES));
    await publisher.whenReady(15_000);
    expect(publisher.problem).toBeNull();
  });
});

describe('a worker that makes nothing', () => {
  const vhost = withVhost();

  it('waits for the API, then takes tasks, has them retried, parked and put back, and is heard', async () => {
    const topology = buildTopology(TYPES, { ...RETRIES, declares: false });
    const { publisher, url } = await publisherOf(vhost, 'worker', topology);
    await expect
      .poll(() => publisher.problem, { timeout: 15_000 })
      .toMatch(/The virtual host \S+ has no exchange photo_repair_tasks\. The API makes it/);
    const api = await startApi(vhost);
    await publisher.whenReady(15_000);

    const failure = { code: 'unknown', message: 'a hiccup' } as const;
    const endings: Settlement[] = [
      { kind: 'retry', delayMs: 100, counted: true, failure },
      { kind: 'park', failure },
      { kind: 'done' },
    ];
    const server = new TaskServer({
      url,
      name: 'w',
      topology,
      publisher,
      ledger: new TestLedgers(),
      graceMs: 100,
    });
    server.addHandler(TASK_PATTERN, async () => endings.shift()!);
    onTestFinished(() => server.close());
    await new Promise<void>((resolve) => server.listen(() => resolve()));
    await server.whenReady(15_000);
    const tasks = new TaskPublisher(api.publisher);
    const task = sampleTask();
    await tasks.publishTask(task);
    await vhost.expectReady({ 'photo_repair.parking': 1, 'photo_repair.results': 2 });
    // Asked for once more: the worker puts it back in line itself.
    await tasks.publishTask(task, { anew: true });
    await expect.poll(() => endings, { timeout: 15_000 }).toEqual([]);
    await vhost.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.results': 3 });
    expect(new WorkerStatusPublisher(publisher).publishErased({ worker: 'w', kind: 'erased' } as never)).toBe(
      true,
    );
    new TaskControlPublisher(publisher).idle(uuid(), ['person']);
    await new TaskEventPublisher(publisher).publish(sampleStarted());
    await vhost.expectReady({ 'photo_repair.results': 4 });
    expect([publisher.problem, server.problem]).toEqual([null, null]);
  });

  it('takes a new type when the API has made its queue, and goes on until then', async () => {
    const api = await startApi(vhost);
    const topology = buildTopology(TYPES, { ...RETRIES, declares: false });
    const { publisher } = await publisherOf(vhost, 'worker', topology);
    await publisher.whenReady(15_000);
    const there = publisher.whenThere(['landscape']);
    await new TaskEventPublisher(publisher).publish(sampleStarted());
    growTopology(api.topology, ['landscape']);
    await api.publisher.declare();
    expect(await there).toBe(true);
    expect(publisher.problem).toBeNull();
  });

  it('does not wait for a new type for ever', async () => {
    await startApi(vhost);
    const topology = buildTopology(TYPES, { ...RETRIES, declares: false });
    const { publisher } = await publisherOf(vhost, 'worker', topology);
    await publisher.whenReady(15_000);
    const there = publisher.whenThere(['seaside']);
    await publisher.close();
    expect(await there).toBe(false);
  });

  it('cannot hand in a task for somebody, hear other systems, or make anything', async () => {
    await startApi(vhost);
    const open = await channelOf(vhost, 'worker', `worker-${uuid()}`);
    await expectDenied(open, (channel) => send(channel, 'photo_repair.vouched', ''));
    await expectDenied(open, (channel) => send(channel, 'photo_repair_tasks', 'person'));
    await expectDenied(open, (channel) => send(channel, '', 'photo_repair.vouched'));
    await expectDenied(open, (channel) => send(channel, 'photo_repair.events', 'changed.task'));
    await expectDenied(open, (channel) => send(channel, 'photo_repair.task_events', 'alice.person.failed'));
    for (const queue of [
      'photo_repair_tasks',
      'photo_repair.vouched',
      'photo_repair.parking',
      'photo_repair.results',
    ]) {
      await expectDenied(open, (channel) => channel.get(queue));
    }
    await expectDenied(open, (channel) => channel.assertQueue('photo_repair.work.cats', { durable: true }));
    await expectDenied(open, (channel) => channel.deleteQueue('photo_repair.work.person'));
    expect(await vhost.queue('photo_repair.work.cats')).toBeUndefined();
  });
});

describe('the bridge', () => {
  const vhost = withVhost();

  it('vouches and hears answers, and nothing else', async () => {
    const api = await startApi(vhost);
    const name = `bridge-${uuid()}`;
    const topology = buildBridgeTopology({ declares: false });
    const { publisher, connection } = await publisherOf(vhost, 'bridge', topology, name);
    await publisher.whenReady(15_000);
    const heard: string[] = [];
    const subscriber = new BridgeAnswerSubscriber({
      connection,
      topology,
      publisher,
      name,
      handle: async (_, id) => void heard.push(id),
    });
    onTestFinished(() => subscriber.close());
    await subscriber.whenReady(15_000);
    const vouched = new VouchedTaskPublisher(publisher);
    await vouched.publish({
      publisher: 'redis:user1',
      body: {},
      messageId: '1',
      correlationId: '1',
      answers: true,
    });
    await api.publisher.publish({
      exchange: '',
      routingKey: 'photo_repair.bridge_answers',
      body: Buffer.from('unreadable'),
      properties: { messageId: '1' },
    });
    await vhost.expectReady({ 'photo_repair.vouched': 1, 'photo_repair.parking': 1 });
    expect([publisher.problem, subscriber.problem]).toEqual([null, null]);

    const open = await channelOf(vhost, 'bridge', `bridge-${uuid()}`);
    await expectDenied(open, (channel) => send(channel, 'photo_repair.work', 'person'));
    await expectDenied(open, (channel) => send(channel, '', 'photo_repair.work.person'));
    await expectDenied(open, (channel) => channel.get('photo_repair.vouched'));
    await expectDenied(open, (channel) => channel.assertQueue('', { exclusive: true }));
  });
});

describe('an operator', () => {
  const vhost = withVhost();

  it('looks at what is parked and sends it through again, but makes and deletes nothing', async () => {
    await startApi(vhost);
    const topology = buildTopology(TYPES, { ...RETRIES, declares: false });
    const { publisher, connection } = await publisherOf(vhost, 'operator', topology);
    await publisher.whenReady(15_000);
    const parkingLot = new ParkingLot({ connection, publisher, topology, name: 'operator' });
    const task = sampleTask();
    await vhost.publish('', 'photo_repair.parking', Buffer.from(JSON.stringify(task)));
    await vhost.publish('', 'photo_repair.parking', Buffer.from('{}'), {
      headers: {
        'x-original-queue': 'photo_repair_tasks',
        'x-parked-user': 'alice',
        'x-parked-entrance': 'exchange',
      },
    });
    expect(await parkingLot.list(10)).toHaveLength(2);
    expect(await parkingLot.redrive('all')).toMatchObject({ moved: 2, left: 0 });
    await vhost.expectReady({
      'photo_repair.work.person': 1,
      'photo_repair.vouched': 1,
      'photo_repair.parking': 0,
    });
    const open = await channelOf(vhost, 'operator', `operator-${uuid()}`);
    expect(await (await open()).purgeQueue('photo_repair.work.person')).toEqual({ messageCount: 1 });
    await expectDenied(open, (channel) => channel.deleteQueue('photo_repair.parking'));
    await expectDenied(open, (channel) => send(channel, 'photo_repair.events', 'state.person'));
  });
});
