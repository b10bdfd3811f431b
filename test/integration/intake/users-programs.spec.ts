import { ArtifactStore } from '@app/artifact-store';
import type { TaskMessage } from '@app/contracts';
import { VouchedTaskPublisher, ConfirmPublisher } from '@app/messaging';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { IntakeBench, PHOTO } from './intake-bench.js';

const ANSWERS = 'photo_repair.bridge_answers';

describe('what programs have always sent', () => {
  const vhost = withVhost();
  let bench: IntakeBench;

  beforeAll(async () => {
    bench = await IntakeBench.start(vhost, {
      settings: ({ entry }) => ({ WEBHOOK_HOSTS: entry, WEBHOOK_ALLOW_HTTP: 'true' }),
    });
  });
  afterAll(() => bench.remove());

  const ownerOf = async (id: string) =>
    bench.db.selectFrom('owners').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const vouched = () => new VouchedTaskPublisher(bench.api.app.get(ConfirmPublisher));
  const newest = async () => (await bench.tasks()).at(-1);

  /** What a worker gets of the next task; the task itself leaves the line. */
  async function onItsWay(): Promise<TaskMessage> {
    const { content } = await vhost.take('photo_repair.work.person');
    const message = JSON.parse(content.toString()) as TaskMessage;
    await bench.api.as('operator').cancel(message.taskId);
    return message;
  }

  it('a Python program with pika: straight to the queue, with nothing but the body', async () => {
    const channel = await vhost.channel();
    // It declares the queue itself, without arguments.
    await channel.assertQueue('photo_repair_tasks', { durable: true });
    const body = JSON.stringify({
      task_id: 'task_12345',
      image_url: `${bench.host.url}/images/bw_photo.jpg`,
      workflow_type: 'DDColor人物黑白修复.json',
      parameters: { size: 680, model: 'ddcolor-imagenet' },
    });
    channel.sendToQueue('photo_repair_tasks', Buffer.from(body), { deliveryMode: 2 });
    const message = await onItsWay();
    expect(message).toMatchObject({
      taskType: 'person',
      parameters: { size: 672, model: 'ddcolor_paper' },
      image: { mediaType: 'image/jpeg', width: 512, height: 600 },
    });
    const stored = await readFile(join(bench.api.dataDir, 'artifacts', message.image.key));
    expect(stored.equals(await readFile(PHOTO))).toBe(true);
    const row = (await bench.tasks()).find(({ id }) => id === message.taskId);
    expect(row).toMatchObject({
      client_ref: 'task_12345',
      filename: 'bw_photo.jpg',
      idempotency_key: 'amqp:task_12345',
      adjusted: JSON.stringify([{ name: 'size', sent: 680, used: 672 }]),
      reply: null,
    });
    expect(await ownerOf(row?.owner_id ?? '')).toMatchObject({ amqp_user: '', kind: 'key', name: 'AMQP' });
    await vhost.expectReady({ photo_repair_tasks: 0, 'photo_repair.parking': 0 });
    await channel.close();
  });

  it('a package of a task, with an address for the outcome', async () => {
    const callback = `${bench.host.url}/done`;
    const input = `${bench.host.url}/a.jpg`;
    const sent = bench.program.send({ workflow: 'person', input, parameters: {}, callback });
    await bench.program.answer(sent, 'task.accepted');
    expect(await newest()).toMatchObject({ type: 'person', callback_url: callback });
    await onItsWay();
  });

  it('an entry in Redis, with the photo that the bridge has put down for it', async () => {
    const inbox = bench.api.app.get(ArtifactStore);
    await inbox.put('inbox/1-0', await readFile(PHOTO), 'image/jpeg');
    const entry = {
      publisher: 'redis:user1',
      body: { stored_photo: 'inbox/1-0', filename: 'old_photo.jpg', workflow_type: 'person', task_id: '1-0' },
      messageId: '1-0',
      correlationId: '1-0',
      answers: true,
    };
    await vouched().publish(entry);
    const answer = await vhost.take(ANSWERS);
    expect(answer.properties).toMatchObject({ correlationId: '1-0', type: 'task.accepted' });
    const message = await onItsWay();
    expect(message.image.sha256).toBe(
      (JSON.parse((await newest())?.original ?? '{}') as { sha256: string }).sha256,
    );
    expect(await ownerOf((await newest())?.owner_id ?? '')).toMatchObject({ amqp_user: 'redis:user1' });
    expect(await newest()).toMatchObject({ filename: 'old_photo.jpg' });
    await vi.waitFor(async () => expect(await inbox.exists('inbox/1-0')).toBe(false));
    expect((await vhost.take(ANSWERS)).properties.type).toBe('task.cancelled');
    // What the bridge brings a second time is the same task, although its photo is gone from there.
    const tasks = (await bench.tasks()).length;
    await vouched().publish(entry);
    expect((await vhost.take(ANSWERS)).properties.type).toBe('task.cancelled');
    await vhost.expectReady({ 'photo_repair.vouched': 0, 'photo_repair.parking': 0 });
    expect((await bench.tasks()).length).toBe(tasks);
  });

  it.each([
    ['redis:user1', 'inbox/nothing'],
    ['redis:user1', 'originals/a.jpg'],
    ['redis:user1', 'inbox/../originals/a.jpg'],
    ['museum', 'inbox/theirs'],
  ])('nothing of ours for %s by the name %s', async (publisher, key) => {
    const inbox = bench.api.app.get(ArtifactStore);
    await inbox.put('inbox/theirs', await readFile(PHOTO), 'image/jpeg');
    const body = { stored_photo: key, workflow_type: 'person' };
    await vouched().publish({ publisher, body, messageId: crypto.randomUUID(), answers: true });
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.headers).toMatchObject({ 'x-parked-reason': 'not_found' });
    expect((await vhost.take(ANSWERS)).properties.type).toBe('task.refused');
    expect(await inbox.exists('inbox/theirs')).toBe(true);
  });

  it('at the exchange, where the routing key is the task type or nothing that is known', async () => {
    const user = bench.program.user;
    const { workflow_type: _type, ...plain } = bench.good({ task_id: 'by key' });
    await bench.program.sendTask(plain, { exchange: 'photo_repair_tasks', key: 'person', userId: user });
    expect(await newest()).toMatchObject({ type: 'person', client_ref: 'by key' });
    await onItsWay();
    const body = bench.good({ task_id: 'unrouted' });
    const sending = { exchange: 'photo_repair.unrouted', key: 'repair.please', userId: user };
    await bench.program.sendTask(body, sending);
    expect(await newest()).toMatchObject({ type: 'person', client_ref: 'unrouted' });
    await onItsWay();
  });

  it('asks for priority, and gets what it may have', async () => {
    await bench.program.sendTask(bench.good({ task_id: 'urgent' }), {
      priority: 255,
      deliveryMode: 1,
      expiration: '60000',
    });
    expect(await newest()).toMatchObject({ client_ref: 'urgent', priority: 0 });
    const { properties } = await vhost.take('photo_repair.work.person');
    expect(properties).toMatchObject({ deliveryMode: 2 });
    await bench.api.as('operator').cancel((await newest())?.id ?? '');
  });
});
