import { AnswerPublisher, TaskNoticePublisher } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { channelOf, expectDenied, send, startApi } from './broker-user.js';

describe('a publisher', () => {
  const vhost = withVhost();

  it('hands in tasks in its own name, is answered, and hears of its own tasks', async () => {
    const api = await startApi(vhost);
    const open = await channelOf(vhost, 'publisher', 'alice');
    const channel = await open();
    await send(channel, 'photo_repair_tasks', 'person', { userId: 'alice' });
    await vhost.expectReady({ photo_repair_tasks: 1 });
    for (const queue of ['reply.alice', 'reply.alice.a-1', 'events.alice.all']) {
      await channel.assertQueue(queue, { durable: true });
    }
    const { queue: own } = await channel.assertQueue('', { exclusive: true });
    for (const queue of ['events.alice.all', own]) {
      await channel.bindQueue(queue, 'photo_repair.task_events', 'alice.person.*');
      await channel.bindQueue(queue, 'photo_repair.task_events', 'alice.#');
    }
    const heard: string[] = [];
    for (const queue of ['reply.alice', own]) {
      await channel.consume(queue, (message) => message && heard.push(message.fields.routingKey), {
        noAck: true,
      });
    }
    const ids = { correlationId: 'c', messageId: 'm' };
    expect(await new AnswerPublisher(api.publisher).publish('reply.alice', {} as never, ids)).toBe(
      'delivered',
    );
    const notice = { type: 'task.failed', data: {} } as never;
    const notices = new TaskNoticePublisher(api.publisher);
    notices.publish(notice, { publisher: 'bob', taskType: 'person' });
    notices.publish(notice, { publisher: 'alice', taskType: 'person' });
    await expect
      .poll(() => heard.sort(), { timeout: 15_000 })
      .toEqual(['alice.person.failed', 'reply.alice']);
    await vhost.expectReady({ 'events.alice.all': 1 });
  });

  it('cannot speak for another, hear another, or get anywhere else', async () => {
    await startApi(vhost);
    await (await vhost.channel()).assertQueue('reply.bob', { durable: true });
    const open = await channelOf(vhost, 'publisher', 'alice');
    await expect(send(await open(), 'photo_repair_tasks', 'person', { userId: 'bob' })).rejects.toThrow(
      'user_id',
    );
    for (const key of ['bob.#', '#', '*.person.failed', 'alicebob.#', '']) {
      await expectDenied(open, async (channel) => {
        const { queue } = await channel.assertQueue('', { exclusive: true });
        await channel.bindQueue(queue, 'photo_repair.task_events', key);
      });
    }
    // What goes to all others.
    for (const exchange of [
      'photo_repair_tasks',
      'photo_repair.unrouted',
      'photo_repair.events',
      'photo_repair.work',
    ]) {
      await expectDenied(open, async (channel) => {
        const { queue } = await channel.assertQueue('', { exclusive: true });
        await channel.bindQueue(queue, exchange, 'person');
      });
    }
    for (const exchange of [
      '',
      'photo_repair.vouched',
      'photo_repair.work',
      'photo_repair.task_events',
      'photo_repair.unrouted',
    ]) {
      await expectDenied(open, (channel) => send(channel, exchange, 'alice.person.failed'));
    }
    for (const queue of ['photo_repair_tasks', 'photo_repair.parking', 'reply.bob']) {
      await expectDenied(open, (channel) => channel.get(queue));
      await expectDenied(open, (channel) => channel.purgeQueue(queue));
    }
    for (const queue of ['photo_repair_tasks', 'reply.bob', 'reply.alicebob', 'other']) {
      await expectDenied(open, (channel) => channel.assertQueue(queue, { durable: true }));
    }
    await expectDenied(open, (channel) => channel.deleteQueue('photo_repair_tasks'));
    // A dead letter is a way round, too.
    await expectDenied(open, (channel) =>
      channel.assertQueue('reply.alice.dlx', {
        arguments: { 'x-dead-letter-exchange': 'photo_repair.vouched', 'x-message-ttl': 1 },
      }),
    );
    await vhost.expectReady({ 'photo_repair.vouched': 0, 'photo_repair.work.person': 0 });
  });

  it('whose name is no word is taken literally', async () => {
    await startApi(vhost);
    const open = await channelOf(vhost, 'publisher', 'a.b');
    const channel = await open();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'photo_repair.task_events', 'a.b.#');
    await expectDenied(open, async (other) => {
      const own = await other.assertQueue('', { exclusive: true });
      await other.bindQueue(own.queue, 'photo_repair.task_events', 'axb.#');
    });
    await expectDenied(open, (other) => other.assertQueue('reply.axb', { durable: true }));
    expect(queue).toMatch(/^amq\.gen-/);
  });
});
