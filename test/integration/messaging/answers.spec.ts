import type { TaskNotice } from '@app/contracts';
import { AnswerPublisher, TaskNoticePublisher } from '@app/messaging';
import { connect, type Message } from 'amqplib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { startPublisher } from './test-worker.js';

const IDS = { correlationId: 'task_12345', messageId: 'd-1' };
const NOTICE: TaskNotice = {
  type: 'task.accepted',
  timestamp: '2026-01-02T03:04:05.000Z',
  data: {
    task_id: 'task_12345',
    id: '0197f5b0-0000-7000-8000-000000000001',
    type: 'person',
    status: 'queued',
    album_id: null,
    attempts: 0,
    error: null,
    result: null,
    progress: null,
    created_at: '2026-01-02T03:04:05.000Z',
    finished_at: null,
  },
};

/** A program that waits for a direct answer; `name` is what its messages say. */
async function waitDirectly(vhost: Vhost) {
  const model = await connect(vhost.url);
  onTestFinished(() => model.close().catch(() => undefined));
  const channel = await model.createChannel();
  const answers: string[] = [];
  await channel.consume(
    'amq.rabbitmq.reply-to',
    (message) => message && answers.push(message.content.toString()),
    { noAck: true },
  );
  const { queue } = await channel.assertQueue('', { exclusive: true });
  channel.sendToQueue(queue, Buffer.from('question'), { replyTo: 'amq.rabbitmq.reply-to' });
  let question: Message | false = false;
  await expect
    .poll(async () => (question = await channel.get(queue, { noAck: true })), { timeout: 15_000 })
    .toBeTruthy();
  const name = (question as unknown as Message).properties.replyTo as string;
  return { name, answers, leave: () => model.close() };
}

describe('an answer', () => {
  const vhost = withVhost();

  it('is in the queue that was named, with the ids of the question', async () => {
    const { publisher } = await startPublisher(vhost);
    await (await vhost.channel()).assertQueue('reply.alice.1', { durable: true });
    expect(await new AnswerPublisher(publisher).publish('reply.alice.1', NOTICE, IDS)).toBe('delivered');
    const { properties, content } = await vhost.take('reply.alice.1');
    expect(JSON.parse(content.toString())).toEqual(NOTICE);
    expect(properties).toMatchObject({
      ...IDS,
      type: 'task.accepted',
      appId: 'photo-repair',
      contentType: 'application/json',
      deliveryMode: 2,
    });
  });

  it.each([
    ['no such queue', 'reply.alice.gone'],
    ['a name that is too long', `reply.alice.${'é'.repeat(200)}`],
    ['a queue of one connection that has ended', 'amq.gen-0123456789abcdef'],
  ])('for %s is for nobody', async (_, replyTo) => {
    const { publisher } = await startPublisher(vhost);
    const answers = new AnswerPublisher(publisher);
    expect(await answers.publish(replyTo, NOTICE, IDS)).toBe('nobody');
    expect(() => answers.publishLossy(replyTo, NOTICE, IDS)).not.toThrow();
    expect(publisher.problem).toBeNull();
  });

  it('takes ids that are longer than AMQP has room for', async () => {
    const { publisher } = await startPublisher(vhost);
    await (await vhost.channel()).assertQueue('reply.long', { durable: true });
    const ids = { correlationId: 'é'.repeat(255), messageId: 'é'.repeat(255) };
    expect(await new AnswerPublisher(publisher).publish('reply.long', NOTICE, ids)).toBe('delivered');
    expect((await vhost.take('reply.long')).properties.correlationId).toBe('é'.repeat(127));
  });

  it('that may be lost comes all the same where somebody waits', async () => {
    const { publisher } = await startPublisher(vhost);
    await (await vhost.channel()).assertQueue('reply.lossy', { durable: true });
    new AnswerPublisher(publisher).publishLossy('reply.lossy', NOTICE, IDS);
    expect(JSON.parse((await vhost.take('reply.lossy')).content.toString())).toEqual(NOTICE);
  });

  it('rejects without the broker', async () => {
    const { publisher, connection } = await startPublisher(vhost);
    await connection.close();
    await expect(new AnswerPublisher(publisher).publish('reply.alice', NOTICE, IDS)).rejects.toMatchObject({
      code: 'BROKER_UNAVAILABLE',
    });
  });
});

describe('a direct answer', () => {
  const vhost = withVhost();

  it('is heard once, whether it may be lost or not', async () => {
    const { publisher } = await startPublisher(vhost);
    const answers = new AnswerPublisher(publisher);
    const { name, answers: heard } = await waitDirectly(vhost);
    answers.publishLossy(name, NOTICE, IDS);
    expect(await answers.publish(name, NOTICE, IDS)).toBe('delivered');
    answers.publishLossy(name, NOTICE, IDS);
    await expect.poll(() => heard, { timeout: 15_000 }).toHaveLength(3);
    expect(JSON.parse(heard[0]!)).toEqual(NOTICE);
  });

  it('for somebody who has left is for nobody', async () => {
    const { publisher } = await startPublisher(vhost);
    const { name, leave } = await waitDirectly(vhost);
    await leave();
    expect(await new AnswerPublisher(publisher).publish(name, NOTICE, IDS)).toBe('nobody');
  });

  it.each([
    'g1h5AA.xx==',
    'forged',
    '.',
    '',
    'a.b',
    '!!.!!',
    `${Buffer.from([131, 97, 1]).toString('base64')}.x`,
  ])('to the made-up name %j is for nobody, and leaves the connection alone', async (made) => {
    const { publisher, connection } = await startPublisher(vhost);
    const states: string[] = [];
    connection.onState((state) => states.push(state));
    const answers = new AnswerPublisher(publisher);
    const name = `amq.rabbitmq.reply-to.${made}`;
    answers.publishLossy(name, NOTICE, IDS);
    expect(await answers.publish(name, NOTICE, IDS)).toBe('nobody');
    answers.publishLossy(name, NOTICE, IDS);
    // The broker answers in order: what it did not like, it has said by then.
    await (await vhost.channel()).assertQueue('reply.after', { durable: true });
    expect(await answers.publish('reply.after', NOTICE, IDS)).toBe('delivered');
    expect(states).toEqual([]);
  });
});

describe('a public event', () => {
  const vhost = withVhost();

  it('reaches who has bound a queue for it, and nobody else', async () => {
    const { publisher } = await startPublisher(vhost);
    const channel = await vhost.channel();
    for (const name of ['alice', 'bob']) {
      await channel.assertQueue(`events.${name}`, { durable: true });
      await channel.bindQueue(`events.${name}`, 'photo_repair.task_events', `${name}.#`);
    }
    new TaskNoticePublisher(publisher).publish(NOTICE, { publisher: 'alice', taskType: 'person' });
    const { fields, properties, content } = await vhost.take('events.alice');
    expect(fields).toMatchObject({
      exchange: 'photo_repair.task_events',
      routingKey: 'alice.person.accepted',
    });
    expect(properties).toMatchObject({ type: 'task.accepted', contentType: 'application/json' });
    expect(JSON.parse(content.toString())).toEqual(NOTICE);
    await vhost.expectReady({ 'events.alice': 0, 'events.bob': 0 });
  });
});
