import type { TaskNotice, TaskView } from '@app/contracts';
import {
  BridgeAnswerSubscriber,
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  VouchedTaskPublisher,
} from '@app/messaging';
import { createLogger } from '@app/runtime';
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { register } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createApp as createWorker } from '../../../apps/worker/src/create-app.js';
import { readEnv as readWorkerEnv } from '../../../apps/worker/src/env.js';
import { listParked } from '../../../apps/cli/src/parking/parking.command.js';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { TestApi } from '../../support/test-api.js';
import { withBrokerCast, type Role } from './broker-cast.js';

const PATIENCE = { timeout: 30_000, interval: 50 };

/** Each program logs in as its own user; the API makes the queues, and nobody else may. */
describe('the programs, each with no more than its own permissions', () => {
  const cast = withBrokerCast();
  let engine: TestEngine;
  let api: TestApi;
  let worker: Awaited<ReturnType<typeof createWorker>>;
  let photo: Buffer;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    engine = await startEngine();
    api = await TestApi.start({ AMQP_URL: cast.url('api'), AMQP_INTAKE_URL: cast.url('api', 'intake') });
    // Metrics live in one registry per process.
    register.clear();
    const env = readWorkerEnv({
      AMQP_URL: cast.url('worker'),
      AMQP_DECLARE: 'false',
      DATA_DIR: api.dataDir,
      WORKFLOWS_DIR: resolve('workflows'),
      COMFYUI_URLS: engine.url,
      ENGINE_WARM_UP: 'false',
    });
    worker = await createWorker(env, createLogger('worker', 'silent'));
    await worker.listen(0, '127.0.0.1');
    await worker.startAllMicroservices();
  });
  afterAll(async () => {
    await worker.close();
    await api.remove();
    await engine.remove();
  });

  const until = (id: string, expected: object) =>
    vi.waitFor(async () => expect(await api.task(id)).toMatchObject(expected), PATIENCE);
  const submit = async () => {
    const answer = await api.submit(photo);
    expect(answer.status).toBe(202);
    return ((await answer.json()) as TaskView).id;
  };

  it('restore a photo', async () => {
    const id = await submit();
    await until(id, { status: 'succeeded' });
    expect((await api.fetch(`/v1/tasks/${id}/result`)).status).toBe(200);
    await cast.main.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.results': 0 });
  });

  it('tell the worker that a task is cancelled', async () => {
    engine.colouriser.hold();
    onTestFinished(() => engine.colouriser.release());
    const id = await submit();
    await until(id, { status: 'running' });
    expect((await api.cancel(id)).status).toBe(200);
    await until(id, { status: 'cancelled' });
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(0), PATIENCE);
  });

  it('park what no repetition helps, which the operator sees', async () => {
    await cast.main.publish('photo_repair.work', 'person', Buffer.from('{}'), { messageId: 'broken' });
    await cast.main.expectReady({ 'photo_repair.parking': 1, 'photo_repair.work.person': 0 });
    vi.stubEnv('AMQP_DECLARE', 'false');
    onTestFinished(() => void vi.unstubAllEnvs());
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => write.mockRestore());
    await listParked({ amqp: cast.url('operator'), limit: '50' });
    expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain('malformed_message');
  });

  it('take in what the bridge vouches for, and tell it what becomes of it', async () => {
    const connection = new BrokerConnection({ url: cast.url('bridge'), name: 'bridge' });
    const topology = buildTopology(['person'], { declares: false });
    const publisher = new ConfirmPublisher(connection, { topology });
    const heard: [string, TaskNotice][] = [];
    const answers = new BridgeAnswerSubscriber({
      connection,
      topology,
      publisher,
      name: 'bridge',
      handle: async (notice, correlationId) => void heard.push([correlationId, notice]),
    });
    onTestFinished(async () => {
      await answers.close();
      await publisher.close();
      await connection.close();
    });
    await Promise.all([publisher.whenReady(15_000), answers.whenReady(15_000)]);
    await new VouchedTaskPublisher(publisher).publish({
      publisher: 'redis:user1',
      body: { task_id: '1-0', workflow_type: 'no such type', image_url: 'https://example.com/a.jpg' },
      messageId: '1-0',
      correlationId: '1-0',
      answers: true,
    });
    await vi.waitFor(() => expect(heard).toHaveLength(1), PATIENCE);
    expect(heard[0]).toMatchObject([
      '1-0',
      { type: 'task.refused', data: { error: { code: 'unknown_task_type' } } },
    ]);
    await cast.main.expectReady({ 'photo_repair.vouched': 0, 'photo_repair.bridge_answers': 0 });
  });

  /** Publishes as other systems do, and waits for the answer in a queue of its own. */
  async function ask(
    role: Role,
    vhost: 'main' | 'intake',
    to: { exchange: string; key: string; replyTo: string; userId?: string },
  ): Promise<TaskNotice> {
    const model = await connect(cast.url(role, vhost));
    onTestFinished(() => model.close());
    const channel = await model.createChannel();
    const direct = to.replyTo.startsWith('amq.');
    if (!direct) await channel.assertQueue(to.replyTo, { durable: true });
    const correlationId = randomUUID();
    const answer = new Promise<TaskNotice>((done) => {
      void channel.consume(
        to.replyTo,
        (message) => {
          if (message?.properties.correlationId === correlationId) {
            done(JSON.parse(message.content.toString()) as TaskNotice);
          }
        },
        { noAck: true },
      );
    });
    const body = {
      task_id: correlationId,
      image_url: 'https://example.com/a.jpg',
      workflow_type: 'no such type',
    };
    const { exchange, key, ...properties } = to;
    channel.publish(exchange, key, Buffer.from(JSON.stringify(body)), { ...properties, correlationId });
    return answer;
  }

  it.each(['main', 'intake'] as const)('answer a publisher in %s in its own queue', async (vhost) => {
    const user = cast.nameOf('shop');
    const notice = await ask('shop', vhost, {
      exchange: 'photo_repair_tasks',
      // By the alternate exchange, which a policy sets.
      key: 'no such type',
      replyTo: `reply.${user}`,
      userId: user,
    });
    expect(notice).toMatchObject({ type: 'task.refused', data: { error: { code: 'unknown_task_type' } } });
  });

  it('answer a publisher on its channel, where that is all it may have', async () => {
    const notice = await ask('shop', 'main', {
      exchange: 'photo_repair_tasks',
      key: 'no such type',
      replyTo: 'amq.rabbitmq.reply-to',
      userId: cast.nameOf('shop'),
    });
    expect(notice.type).toBe('task.refused');
  });

  it('answer an old program that knows the plain queue alone', async () => {
    const notice = await ask('plain', 'intake', {
      exchange: '',
      key: 'photo_repair_tasks',
      replyTo: 'reply.anonymous.1',
    });
    expect(notice).toMatchObject({ type: 'task.refused', data: { error: { code: 'unknown_task_type' } } });
    await cast.intake.expectReady({ photo_repair_tasks: 0 });
  });
});
