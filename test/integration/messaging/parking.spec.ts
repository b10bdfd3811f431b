import type { TaskMessage } from '@app/contracts';
import { BrokerConnection, ParkingLot, type ConfirmPublisher } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { sampleStarted, sampleTask } from './samples.js';
import { startPublisher, startWorker } from './test-worker.js';

const PARKING = 'photo_repair.parking';
const WORK = 'photo_repair.work.person';
const PARKED_AT = '2026-01-02T03:04:05.000Z';
const HEADERS = {
  'x-task-type': 'person',
  'x-parked-reason': 'bad_image',
  'x-parked-error': 'the engine cannot read it',
  'x-parked-attempts': 2,
  'x-parked-at': PARKED_AT,
  'x-parked-by': 'w1',
  'x-original-queue': WORK,
};

/** The parking lot as an operator's command has it. Closed when the test ends. */
async function openParkingLot(
  vhost: Vhost,
  change?: (publisher: ConfirmPublisher, end: () => Promise<void>) => ConfirmPublisher,
) {
  const { topology, publisher } = await startPublisher(vhost, ['person', 'building'], 'operator');
  const connection = new BrokerConnection({ url: vhost.url, name: 'operator-consume' });
  const end = () => connection.close();
  onTestFinished(end);
  await expect.poll(() => connection.state, { timeout: 15_000 }).toBe('connected');
  return new ParkingLot({
    connection,
    publisher: change?.(publisher, end) ?? publisher,
    topology,
    name: 'operator',
  });
}

/** Parks a message as a worker does. */
async function park(vhost: Vhost, body: TaskMessage | string, headers: object = HEADERS): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const ids = typeof body === 'string' ? {} : { messageId: body.taskId, correlationId: body.taskId };
  await vhost.publish('photo_repair.parking', 'person', Buffer.from(text), {
    ...ids,
    persistent: true,
    priority: 3,
    headers,
  });
}

describe('the parking lot', () => {
  const vhost = withVhost();

  it('of a broker that has none is empty', async () => {
    const connection = new BrokerConnection({ url: vhost.url, name: 'early' });
    onTestFinished(() => connection.close());
    await expect.poll(() => connection.state, { timeout: 15_000 }).toBe('connected');
    const { topology, publisher } = await startPublisher(vhost);
    await (await vhost.channel()).deleteQueue(PARKING);
    const parkingLot = new ParkingLot({ connection, publisher, topology, name: 'operator' });
    expect(await parkingLot.list(10)).toEqual([]);
    expect(await parkingLot.count()).toBe(0);
    expect(await parkingLot.redrive('all')).toEqual({ moved: 0, left: 0, stayed: [] });
  });

  it('is listed without being emptied, the oldest first, whatever the messages hold', async () => {
    const parkingLot = await openParkingLot(vhost);
    const task = sampleTask();
    await park(vhost, task);
    await park(vhost, 'no JSON', { 'x-parked-attempts': 'many', 'x-parked-by': 7 });
    await park(vhost, sampleTask());
    const listed = await parkingLot.list(2);
    expect(listed).toEqual([
      {
        taskId: task.taskId,
        taskType: 'person',
        reason: 'bad_image',
        error: 'the engine cannot read it',
        attempts: 2,
        parkedAt: PARKED_AT,
        parkedBy: 'w1',
        originalQueue: WORK,
        bytes: JSON.stringify(task).length,
      },
      {
        taskId: null,
        taskType: null,
        reason: null,
        error: null,
        attempts: null,
        parkedAt: null,
        parkedBy: null,
        originalQueue: null,
        bytes: 7,
      },
    ]);
    await vhost.expectReady({ [PARKING]: 3 });
    expect(await parkingLot.list(100)).toHaveLength(3);
    expect((await parkingLot.list(1))[0]?.taskId).toBe(task.taskId);
    await vhost.expectReady({ [PARKING]: 3 });
    expect(await parkingLot.count()).toBe(3);
    await (await vhost.channel()).purgeQueue(PARKING);
  });
});

describe('a re-drive', () => {
  const vhost = withVhost();

  it('puts the tasks with these ids back in line as new, with why they were parked, and no other', async () => {
    const parkingLot = await openParkingLot(vhost);
    const [task, other] = [sampleTask(), sampleTask()];
    const missing = sampleTask().taskId;
    const spent = { 'x-run': 4, 'x-attempt': 2, 'x-crash-count': 1, 'x-deadline': 1, 'x-came-back': true };
    await park(vhost, other);
    await park(vhost, task, { ...HEADERS, ...spent, traceparent: '00-1' });
    expect(await parkingLot.redrive({ taskIds: [task.taskId, missing] })).toEqual({
      moved: 1,
      left: 1,
      stayed: [{ taskId: missing, why: 'it is not parked' }],
    });
    await vhost.expectReady({ [PARKING]: 1, [WORK]: 1, 'photo_repair.work.building': 0 });
    const { content, properties, fields } = await vhost.take(WORK);
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 3, deliveryMode: 2 });
    expect(properties.headers).toEqual({ ...HEADERS, traceparent: '00-1' });
    expect(fields).toMatchObject({
      exchange: 'photo_repair.work',
      routingKey: 'person',
      redelivered: false,
    });
    expect((await vhost.take(PARKING)).properties.messageId).toBe(other.taskId);
  });

  it('of all leaves what is no task, or of a type without a queue', async () => {
    const parkingLot = await openParkingLot(vhost);
    const [person, building, landscape] = ['person', 'building', 'landscape'].map((type) => sampleTask(type));
    await park(vhost, 'no JSON');
    await park(vhost, person!);
    await park(vhost, landscape!);
    // It lay in the wrong queue, which is why it was parked.
    await park(vhost, building!, {});
    const { moved, left, stayed } = await parkingLot.redrive('all');
    expect({ moved, left, stayed }).toEqual({
      moved: 2,
      left: 2,
      stayed: [
        { taskId: null, why: 'it cannot be read as a task: it is not JSON' },
        { taskId: landscape!.taskId, why: "there is no task type 'landscape'" },
      ],
    });
    await vhost.expectReady({ [PARKING]: 2, [WORK]: 1, 'photo_repair.work.building': 1 });
    expect((await vhost.take(WORK)).properties.messageId).toBe(person!.taskId);
    const moving = await vhost.take('photo_repair.work.building');
    expect(moving.properties.messageId).toBe(building!.taskId);
    expect(moving.properties.headers).toHaveProperty('x-parked-at');
    await (await vhost.channel()).purgeQueue(PARKING);
  });

  it('does not take an event of a task for the task', async () => {
    const parkingLot = await openParkingLot(vhost);
    const task = sampleTask();
    const { taskId } = task;
    await park(vhost, task);
    await vhost.publish('photo_repair.parking', '', Buffer.from(JSON.stringify(sampleStarted(taskId))), {
      messageId: `${taskId}.1.started`,
      correlationId: taskId,
    });
    const why = expect.stringContaining('it cannot be read as a task') as string;
    expect(await parkingLot.redrive({ taskIds: [taskId] })).toEqual({
      moved: 1,
      left: 1,
      stayed: [{ taskId, why }],
    });
    expect((await vhost.take(WORK)).properties.messageId).toBe(taskId);
    expect((await vhost.take(PARKING)).properties.messageId).toBe(`${taskId}.1.started`);
  });

  it('that is killed half-way loses nothing, and the next one leaves no second copy', async () => {
    const dying = await openParkingLot(vhost, (publisher, end) => {
      const killed = Object.create(publisher) as ConfirmPublisher;
      killed.publish = async (message) => {
        await publisher.publish(message);
        await end();
      };
      return killed;
    });
    const task = sampleTask();
    await park(vhost, task);
    await expect(dying.redrive('all')).rejects.toThrow(/[Cc]losed|broke/);
    await vhost.expectReady({ [PARKING]: 1, [WORK]: 1 });

    // The copy that arrived was run, and parked again.
    await vhost.take(WORK);
    await park(vhost, task);
    const parkingLot = await openParkingLot(vhost);
    expect(await parkingLot.redrive('all')).toEqual({ moved: 1, left: 0, stayed: [] });
    await vhost.expectReady({ [PARKING]: 0, [WORK]: 1 });
    await vhost.take(WORK);
  });

  it('moves each task once, also when it comes back parked at once', async () => {
    const worker = await vhost.channel();
    await worker.consume(WORK, (message) => {
      worker.publish('photo_repair.parking', 'person', message!.content, { headers: HEADERS });
      worker.ack(message!);
    });
    const parkingLot = await openParkingLot(vhost);
    const tasks = Array.from({ length: 20 }, () => sampleTask());
    for (const task of tasks) await park(vhost, task);
    expect(await parkingLot.redrive('all')).toEqual({ moved: 20, left: 0, stayed: [] });
    await vhost.expectReady({ [PARKING]: 20, [WORK]: 0 });
    await worker.close();
  });
});

/** What "Move messages" on a queue's page does (shovel.js of rabbitmq_shovel_management 3.10 to 4.3). */
async function moveMessages(vhost: Vhost, from: string, to: string): Promise<void> {
  const name = `Move from ${from}`;
  const uri = `amqp:///${encodeURIComponent(vhost.name)}`;
  await vhost.api('PUT', `/api/parameters/shovel/${vhost.name}/${encodeURIComponent(name)}`, {
    component: 'shovel',
    vhost: vhost.name,
    name,
    value: {
      'src-uri': uri,
      'src-queue': from,
      'src-protocol': 'amqp091',
      'src-prefetch-count': 1000,
      'src-delete-after': 'queue-length',
      'dest-protocol': 'amqp091',
      'dest-uri': uri,
      'dest-queue': to,
      'dest-add-forward-headers': false,
      'ack-mode': 'on-confirm',
    },
  });
}

describe('"Move messages" of the management page', () => {
  const vhost = withVhost();

  it('takes parked tasks to their work queue with why they were parked', async () => {
    await startPublisher(vhost);
    const task = sampleTask();
    await park(vhost, task);
    await moveMessages(vhost, PARKING, WORK);
    await vhost.expectReady({ [PARKING]: 0, [WORK]: 1 });
    const { content, properties, fields } = await vhost.take(WORK);
    expect(JSON.parse(content.toString())).toEqual(task);
    expect(properties).toMatchObject({ messageId: task.taskId, priority: 3 });
    expect(properties.headers).toEqual(HEADERS);
    // This is why nobody may publish a message again with the key that it came with.
    expect(fields).toMatchObject({ exchange: '', routingKey: WORK });
  });
});

describe('a task that a worker has parked', () => {
  const vhost = withVhost();

  it.each([
    ['"Move messages"', () => moveMessages(vhost, PARKING, WORK)],
    ['the parking lot', async () => void (await (await openParkingLot(vhost)).redrive('all'))],
  ])('is run again with all its attempts when it was moved back: by %s', async (_, moveBack) => {
    const ran: { taskId: string; attempt: number; crashCount: number }[] = [];
    const { server, events } = await startWorker(
      vhost,
      async ({ message: { taskId }, attempt, crashCount }) => {
        ran.push({ taskId, attempt, crashCount });
        if (ran.length > 1) return { kind: 'done' };
        return { kind: 'park', failure: { code: 'bad_image', message: 'unreadable' } };
      },
    );
    const { tasks } = await startPublisher(vhost);
    const task = sampleTask();
    await tasks.publishTask(task, { deadlineAt: Date.now() + 60_000 });
    await vhost.expectReady({ [PARKING]: 1, [WORK]: 0 });

    await moveBack();
    const once = { taskId: task.taskId, attempt: 1, crashCount: 0 };
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([once, once]);
    await server.close();
    expect(events.map(({ kind }) => kind)).toEqual(['failed', 'redriven']);
    await vhost.expectReady({ [PARKING]: 0, [WORK]: 0, 'photo_repair.expired': 0, photo_repair_tasks: 0 });
  });
});
