import type { NewApiKeyView, TaskNotice, TaskView, WebhookSecretView } from '@app/contracts';
import { meanChroma } from '@app/imaging';
import { connect, type ChannelModel } from 'amqplib';
import { freePort } from '../support/free-port.js';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runningBrokerUrl } from '../../apps/cli/src/broker/running-broker.js';
import { ClientProgram } from '../support/client-program.js';
import { OtherHost } from '../support/other-host.js';
import { PrivateRedis } from '../support/private-redis.js';
import { TestSystem } from '../support/system.js';
import { TestCaller } from '../support/test-caller.js';

/** Restoring on a busy machine, with what waits before it. */
const SOON = { timeout: 90_000, interval: 200 };

const RECEIVERS = ['examples/node/webhook-receiver.mjs', 'examples/python/webhook_receiver.py'];

/**
 * Programs of other systems against all processes as `npm start` runs them, with its own RabbitMQ and the user `guest` that
 * every program on this machine may use.
 */
describe('programs of other systems', () => {
  let folder: string;
  let host: OtherHost;
  let redis: PrivateRedis;
  let system: TestSystem;
  let operator: TestCaller;
  /** `--host … --port …` of the RabbitMQ. */
  let broker: string[];
  let amqpUrl: string;
  let receiverPorts: Record<string, string>;
  let photo: Buffer;
  let photoUrl: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-clients-'));
    host = await OtherHost.start();
    redis = await PrivateRedis.start();
    photo = await sharp(await readFile('test/fixtures/photos/grace-hopper.jpg'))
      .greyscale()
      .jpeg()
      .toBuffer();
    photoUrl = host.offer('/images/bw_photo.jpg', photo);
    await mkdir(join(folder, 'uploads/user1'), { recursive: true });
    receiverPorts = Object.fromEntries(
      await Promise.all(RECEIVERS.map(async (file) => [file, String(await freePort())])),
    ) as Record<string, string>;
    system = await TestSystem.start({
      IMAGE_URL_HOSTS: host.host,
      WEBHOOK_HOSTS: [host.host, ...Object.values(receiverPorts).map((port) => `127.0.0.1:${port}`)].join(),
      WEBHOOK_ALLOW_HTTP: 'true',
      OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
      REDIS_URL: redis.url,
      BRIDGE_PORT: String(await freePort()),
      BRIDGE_IMAGE_DIRS: join(folder, 'uploads'),
      BRIDGE_OUTPUT_DIR: join(folder, 'output'),
    });
    const key = await readFile(join(system.dataDir, 'operator.key'), 'utf8');
    operator = new TestCaller(system.url, key.trim());
    const { port } = new URL(runningBrokerUrl({ dataDir: system.dataDir }));
    broker = ['--host', '127.0.0.1', '--port', port];
    amqpUrl = `amqp://guest:guest@127.0.0.1:${port}/%2F`;
  });

  afterAll(async () => {
    const exitCode = await system.stop();
    await redis.remove();
    await host.close();
    await rm(folder, { recursive: true, force: true });
    expect(exitCode).toBe(0);
  });

  /** What a signed link gives to somebody without a key: a picture in colour, of the photo's size. */
  async function expectRestored(url: string): Promise<Buffer> {
    const response = await fetch(url);
    expect(response.status).toBe(200);
    const picture = Buffer.from(await response.arrayBuffer());
    await expectColours(picture);
    return picture;
  }

  async function expectColours(picture: Buffer): Promise<void> {
    const { width, height } = await sharp(photo).metadata();
    expect(await sharp(picture).metadata()).toMatchObject({ width, height });
    expect(await meanChroma(photo)).toBeLessThan(1);
    expect(await meanChroma(picture)).toBeGreaterThan(4);
  }

  /** The task that a program has named so; waits until it is found. */
  function taskOf(clientRef: string): Promise<TaskView> {
    return vi.waitFor(async () => {
      const { items } = (await (await operator.fetch('/v1/tasks?all=true&limit=100')).json()) as {
        items: TaskView[];
      };
      const found = items.find((task) => task.client_ref === clientRef);
      if (found === undefined) throw new Error(`There is no task ${clientRef}.`);
      return found;
    }, SOON);
  }

  it('restores the photo of a program that knows RabbitMQ and nothing else', async () => {
    const events = ClientProgram.start(
      'examples/python/follow_task_events.py',
      ['#.succeeded'],
      environment(),
    );
    await events.until(/listening/);
    const printed = await ClientProgram.run('test/clients/amqp/plain_queue_producer.py', [
      ...broker,
      '--image-url',
      photoUrl,
    ]);
    expect(printed).toBe('sent task_12345\n');
    const [, link] = await events.until(/^\S+\.person\.succeeded task_12345 succeeded (\S+)$/m, SOON.timeout);
    await expectRestored(link!);
    const task = await taskOf('task_12345');
    expect(task).toMatchObject({ status: 'succeeded', parameters: { size: 672, model: 'ddcolor_paper' } });
    expect(host.asked.get('/images/bw_photo.jpg')).toBe(1);
  });

  it('calls back who has sent a task package, signed', async () => {
    await sendPackage(host.url('/nobody'));
    const secret = await readFile(join(system.dataDir, 'webhook.secret'), 'utf8');
    const { data } = await called('/nobody', secret.trim());
    expect(data).toMatchObject({ type: 'person', status: 'succeeded', attempts: 1 });
    await expectRestored(data.result!.url);
  });

  it('signs for a publisher who has a key with a secret of its own, and shows it the task', async () => {
    const made = await operator.send('POST', '/v1/admin/keys', { name: 'museum', amqp_user: 'guest' });
    expect(made.status).toBe(201);
    const museum = new TestCaller(system.url, ((await made.json()) as NewApiKeyView).token);
    const { secret } = (await (
      await museum.send('POST', '/v1/webhook/secret', {})
    ).json()) as WebhookSecretView;
    await sendPackage(host.url('/museum'), '--as-user');
    const { data } = await called('/museum', secret!);
    const picture = await expectRestored(data.result!.url);
    const task = await museum.task(data.id!);
    expect(task).toMatchObject({ id: data.id, status: 'succeeded' });
    expect(createHash('sha256').update(picture).digest('hex')).toBe(task.output!.sha256);
    expect((await fetch(new URL(task.urls.result, system.url))).status).toBe(404);
  });

  it.each(['examples/python/submit_and_wait.py', 'examples/node/submit-and-wait.mjs'])(
    'answers %s, which saves the picture',
    async (program) => {
      const out = await mkdtemp(join(folder, 'out-'));
      const taskId = `from ${program}`.replaceAll('/', ' ');
      const env = environment({ TASK_ID: taskId, OUT_DIR: out });
      const printed = await ClientProgram.run(program, [photoUrl], env);
      expect(printed.split('\n')).toEqual([
        'task.accepted queued',
        'task.succeeded succeeded',
        `saved ${join(out, `${taskId}.png`)}`,
        '',
      ]);
      await expectColours(await readFile(join(out, `${taskId}.png`)));
      const refused = ClientProgram.start(program, ['http://localhost/photo.jpg'], environment());
      expect(await refused.end()).toBe(1);
      expect(`${refused.stdout}${refused.stderr}`).toMatch(/task\.refused refused[^]*url_not_allowed/);
    },
  );

  it('makes one task of a message that a program sends three times', async () => {
    const env = environment({ TASK_ID: 'three times' });
    for (let times = 0; times < 3; times += 1) {
      const printed = await ClientProgram.run('examples/python/submit_to_queue.py', [photoUrl], env);
      expect(printed).toBe('three times\n');
    }
    const { id } = await taskOf('three times');
    await vi.waitFor(async () => expect((await operator.task(id)).status).toBe('succeeded'), SOON);
    const { items } = (await (await operator.fetch('/v1/tasks?all=true&limit=100')).json()) as {
      items: TaskView[];
    };
    expect(items.filter(({ client_ref: name }) => name === 'three times')).toHaveLength(1);
  });

  it.each(RECEIVERS)('is understood by %s', async (file) => {
    const secret = (await readFile(join(system.dataDir, 'webhook.secret'), 'utf8')).trim();
    const env = { WEBHOOK_SECRET: secret, PORT: receiverPorts[file]! };
    const receiver = ClientProgram.start(file, [], env);
    const [, url] = await receiver.until(/listening on (http\S+)/);
    await sendPackage(`${url}/from-${basename(file)}`);
    await receiver.until(/"type": ?"task\.succeeded"/, SOON.timeout);
    expect(receiver.lines).toHaveLength(1);
    const { data } = JSON.parse(receiver.lines[0]!) as TaskNotice;
    await expectRestored(data.result!.url);
  });

  it('restores what lies in a Redis stream, and writes it where the old worker did', async () => {
    const image = join(folder, 'uploads/user1/old_photo.jpg');
    await writeFile(image, photo);
    const env = { REDIS_URL: redis.url };
    const printed = await ClientProgram.run('examples/redis/submit.py', [image, 'person', 'user1'], env);
    const [entryId, path] = printed.trim().split('\n');
    expect(path).toBe(join(folder, 'output/user1', `${entryId}.jpg`));
    await expectColours(await readFile(path!));

    const byShell = (
      await ClientProgram.run('examples/redis/submit.sh', [image, 'building', 'user2'], env)
    ).trim();
    const told = await vi.waitFor(async () => {
      const entries = await redis.client.xRange('repair_results', '-', '+');
      const found = entries?.find(({ message }) => message['entry_id'] === byShell);
      if (found === undefined) throw new Error(`The outcome of ${byShell} was not told.`);
      return found.message;
    }, SOON);
    expect(told).toMatchObject({ user_id: 'user2', type: 'building', status: 'succeeded' });
    await expectRestored(told['result_url']!);
    await expectColours(await readFile(join(folder, 'output/user2', `${byShell}.jpg`)));
    await vi.waitFor(async () => {
      expect(await redis.client.xPending('photo_repair_tasks', 'repair_workers')).toMatchObject({
        pending: 0,
      });
    }, SOON);

    const refused = ClientProgram.start('examples/redis/submit.py', ['/etc/hostname'], env);
    expect(await refused.end()).toBe(1);
    expect(await redis.client.xLen('failed_tasks')).toBe(1);
  });

  it('has left nothing behind in RabbitMQ', async () => {
    const connection = await connect(runningBrokerUrl({ dataDir: system.dataDir }));
    const intake = await connect(amqpUrl);
    try {
      const messagesIn = async (model: ChannelModel, queue: string) => {
        const channel = await model.createChannel();
        const { messageCount } = await channel.checkQueue(queue);
        await channel.close();
        return messageCount;
      };
      expect(await messagesIn(intake, 'photo_repair_tasks')).toBe(0);
      // Each of the two programs was refused once, and what is refused is kept for the operator.
      expect(await messagesIn(connection, 'photo_repair.parking')).toBe(2);
      for (const queue of [
        'photo_repair.vouched',
        'photo_repair.bridge_answers',
        'photo_repair.work.person',
      ]) {
        expect({ queue, messages: await messagesIn(connection, queue) }).toEqual({ queue, messages: 0 });
      }
    } finally {
      await connection.close();
      await intake.close();
    }
  });

  function environment(more: Record<string, string> = {}): Record<string, string> {
    return { AMQP_URL: amqpUrl, ...more };
  }

  async function sendPackage(callback: string, ...more: string[]): Promise<void> {
    const options = [...broker, '--image-url', photoUrl, '--callback', callback, ...more];
    await ClientProgram.run('test/clients/amqp/task_package_producer.py', options);
  }

  /** The webhook that came to a path of the other host, if its signature is right. */
  async function called(path: string, secret: string): Promise<TaskNotice> {
    const { headers, body } = await host.untilPosted(path, SOON.timeout);
    const notice = new Webhook(secret).verify(body, headers as Record<string, string>) as TaskNotice;
    expect(notice.type).toBe('task.succeeded');
    return notice;
  }
});
