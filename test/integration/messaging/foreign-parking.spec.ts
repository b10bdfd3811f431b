import { BrokerConnection, ParkingLot, type ForeignOutcome } from '@app/messaging';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import {
  INGRESS,
  NOTHING,
  PARKING,
  startForeign,
  STOPPING_MS,
  takeAll,
  VOUCHED,
} from './foreign-subscriber.js';
import { sampleTask } from './samples.js';
import { startPublisher } from './test-worker.js';

const body = (taskId: unknown) => Buffer.from(JSON.stringify({ task_id: taskId, image_path: '/etc/passwd' }));
const brokerUser = () => new URL(inject('broker').amqpUrl).username;

async function openParkingLot(vhost: Vhost) {
  const { topology, publisher } = await startPublisher(vhost, ['person'], 'operator');
  const connection = new BrokerConnection({ url: vhost.url, name: 'operator-consume' });
  onTestFinished(() => connection.close());
  await expect.poll(() => connection.state, { timeout: 15_000 }).toBe('connected');
  return new ParkingLot({ connection, publisher, topology, name: 'operator' });
}

/** Has what is in the entrances refused, and waits until so many are parked. */
async function refuseAll(vhost: Vhost, code: string, count: number): Promise<void> {
  const outcome: ForeignOutcome = { kind: 'refused', code, message: 'for a test' };
  const { subscriber } = await startForeign(vhost, async () => outcome);
  await vhost.expectReady({ [INGRESS]: 0, [PARKING]: count });
  await subscriber.close(STOPPING_MS);
}

describe('a parked message of another system', () => {
  const vhost = withVhost();

  it('is listed with the id that its sender gave it', async () => {
    const parkingLot = await openParkingLot(vhost);
    for (const one of [body('task_1'), body(7), body(''), Buffer.from('no JSON')]) {
      await vhost.publish('', INGRESS, one);
    }
    await refuseAll(vhost, 'not_found', 4);
    const listed = await parkingLot.list(10);
    const ids = listed.map(({ foreignTaskId }) => foreignTaskId);
    expect(ids).toHaveLength(4);
    expect(new Set(ids)).toEqual(new Set(['7', 'task_1', undefined]));
    expect(listed[0]).toMatchObject({
      taskId: null,
      reason: 'not_found',
      error: 'for a test',
      attempts: 0,
      parkedBy: 'api-1',
      originalQueue: INGRESS,
    });
    await (await vhost.channel()).purgeQueue(PARKING);
  });

  it('comes again as if by its first entrance, in the name of its sender, as young as at first', async () => {
    const parkingLot = await openParkingLot(vhost);
    await vhost.publish('photo_repair_tasks', 'person', body('Task_1'), {
      userId: brokerUser(),
      messageId: 'm-1',
      correlationId: 'c-1',
      replyTo: 'reply.somebody',
      timestamp: 1_000_000_000,
      headers: { traceparent: '00-1' },
    });
    await vhost.publish('', INGRESS, body('task_2'));
    await refuseAll(vhost, 'fetch_failed', 2);
    expect(await parkingLot.redrive({ taskIds: ['task_1', 'task_9'] })).toEqual({
      moved: 1,
      left: 1,
      stayed: [{ taskId: 'task_9', why: 'it is not parked' }],
    });
    await vhost.expectReady({ [PARKING]: 1, [VOUCHED]: 1, [INGRESS]: 0 });
    expect(await parkingLot.redrive({ taskIds: ['task_2'] })).toMatchObject({ moved: 1, left: 0 });
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    await expect.poll(() => seen.length, { timeout: 15_000 }).toBe(2);
    expect(seen).toMatchObject([
      {
        entrance: 'exchange',
        vhost: 'main',
        user: brokerUser(),
        routingKey: 'person',
        messageId: 'm-1',
        correlationId: 'c-1',
        replyTo: 'reply.somebody',
        timestampMs: null,
        text: body('Task_1').toString(),
      },
      {
        entrance: 'queue',
        user: null,
        routingKey: INGRESS,
        messageId: null,
        text: body('task_2').toString(),
      },
    ]);
    await vhost.expectReady(NOTHING);
  });

  it('that is refused again is parked again, once, and comes from the same sender', async () => {
    const parkingLot = await openParkingLot(vhost);
    await vhost.publish('photo_repair.vouched', '', body('1-0'), {
      headers: { 'x-publisher': 'redis:user1' },
    });
    await refuseAll(vhost, 'not_found', 1);
    for (const round of ['id_conflict', 'expired']) {
      expect(await parkingLot.redrive('all')).toMatchObject({ moved: 1, left: 0 });
      await refuseAll(vhost, round, 1);
    }
    const { properties } = await vhost.take(PARKING);
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'expired',
      'x-parked-user': 'redis:user1',
      'x-parked-entrance': 'vouched',
      'x-parked-vhost': 'main',
      'x-original-queue': VOUCHED,
    });
    expect(properties.headers).not.toHaveProperty('x-publisher');
    await vhost.expectReady(NOTHING);
  });

  it('stays where nobody knows for sure who sent it, and does not keep a task of ours from going', async () => {
    const parkingLot = await openParkingLot(vhost);
    await vhost.publish('photo_repair_tasks', 'person', body('task_1'), {
      headers: { 'x-parked-user': 'root' },
    });
    await refuseAll(vhost, 'unauthenticated', 1);
    const task = sampleTask();
    await vhost.publish('photo_repair.parking', 'person', Buffer.from(JSON.stringify(task)), {
      messageId: task.taskId,
      headers: { 'x-original-queue': 'photo_repair.work.person', 'x-parked-user': 'root' },
    });
    expect(await parkingLot.redrive('all')).toEqual({
      moved: 1,
      left: 1,
      stayed: [{ taskId: 'task_1', why: 'it names no publisher' }],
    });
    await vhost.expectReady({ ...NOTHING, [PARKING]: 1, 'photo_repair.work.person': 1 });
  });
});
