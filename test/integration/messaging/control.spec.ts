import { BrokerConnection, buildTopology, TaskControlConsumer, TaskControlPublisher } from '@app/messaging';
import { v7 as uuid } from 'uuid';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { startPublisher } from './test-worker.js';

/** What a worker hears: the ids of cancelled tasks, `hello`, and `erase <id>`. Closed when the test ends. */
async function startListener(vhost: Vhost, name: string, onCancel: (taskId: string) => void = () => {}) {
  const heard: string[] = [];
  const logged: string[] = [];
  let opened = 0;
  const connection = new BrokerConnection({ url: vhost.url, name: `${name}-consume` });
  const log = (_: object, message: string) => void logged.push(message);
  const consumer = new TaskControlConsumer({
    connection,
    topology: buildTopology(['person']),
    logger: { info: () => {}, warn: log, error: log },
    onCancel: (taskId) => {
      heard.push(taskId);
      onCancel(taskId);
    },
    onHello: () => void heard.push('hello'),
    onErase: (taskId) => void heard.push(`erase ${taskId}`),
    onOpen: () => opened++,
  });
  onTestFinished(async () => {
    await consumer.close();
    await connection.close();
  });
  await consumer.whenReady(15_000);
  return { consumer, heard, logged, opened: () => opened };
}

describe('a cancellation', () => {
  const vhost = withVhost();

  it('is heard by every worker, and is in no queue that lasts', async () => {
    const { publisher } = await startPublisher(vhost);
    const [one, two] = [await startListener(vhost, 'w1'), await startListener(vhost, 'w2')];
    const taskId = uuid();
    new TaskControlPublisher(publisher).cancel(taskId);
    for (const { heard, opened } of [one, two]) {
      await expect.poll(() => heard, { timeout: 15_000 }).toEqual([taskId]);
      expect(opened()).toBe(1);
    }
    await vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.results': 0,
      'photo_repair.parking': 0,
      photo_repair_tasks: 0,
    });
  });

  it('is heard by the workers there are, also by none', async () => {
    const { publisher } = await startPublisher(vhost);
    const control = new TaskControlPublisher(publisher);
    control.cancel(uuid());
    const { heard } = await startListener(vhost, 'late');
    const taskId = uuid();
    control.cancel(taskId);
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual([taskId]);
  });

  it('goes unheard while a worker is away, which is told when it is back', async () => {
    const { publisher } = await startPublisher(vhost);
    const control = new TaskControlPublisher(publisher);
    const { consumer, heard, opened } = await startListener(vhost, 'away');
    await vhost.closeConnections('away-consume');
    await expect.poll(() => consumer.problem, { timeout: 15_000 }).not.toBeNull();
    control.cancel(uuid());
    await consumer.whenReady(15_000);
    expect(opened()).toBe(2);
    const taskId = uuid();
    control.cancel(taskId);
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual([taskId]);
  });

  it('is heard after an unreadable message and a handler that failed', async () => {
    const { publisher } = await startPublisher(vhost);
    const control = new TaskControlPublisher(publisher);
    const { heard, logged } = await startListener(vhost, 'w3', (taskId) => {
      if (taskId === ids[0]) throw new Error('a bug');
    });
    const ids = [uuid(), uuid()];
    for (const body of ['?', '{"version":1,"kind":"explode","taskId":"x"}', '']) {
      await vhost.publish('photo_repair.control', '', Buffer.from(body));
    }
    for (const taskId of ids) control.cancel(taskId);
    await expect.poll(() => heard, { timeout: 15_000 }).toEqual(ids);
    expect(logged).toEqual([
      'a broadcast message cannot be read',
      'a broadcast message cannot be read',
      'a broadcast message cannot be read',
      'a broadcast handler failed',
    ]);
  });
});

describe('what an API asks of all workers', () => {
  const vhost = withVhost();

  it('is heard by each, in order, beside cancellations', async () => {
    const { publisher } = await startPublisher(vhost);
    const [one, two] = [await startListener(vhost, 'w1'), await startListener(vhost, 'w2')];
    const control = new TaskControlPublisher(publisher);
    const taskId = uuid();
    control.cancel(taskId);
    expect(control.hello()).toBe(true);
    control.erase(taskId);
    for (const { heard } of [one, two]) {
      await expect.poll(() => heard, { timeout: 15_000 }).toEqual([taskId, 'hello', `erase ${taskId}`]);
    }
  });

  it('is not asked without the broker', async () => {
    const { publisher, connection } = await startPublisher(vhost, ['person'], 'late-api');
    await connection.close();
    expect(new TaskControlPublisher(publisher).hello()).toBe(false);
  });
});
