import type { TaskView } from '@app/contracts';
import { permissionsFor } from '@app/messaging';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ClientProgram } from '../../support/client-program.js';
import { OtherHost } from '../../support/other-host.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { WorkerOf } from '../http/finish-task.js';

/** The examples as a program that may do no more in RabbitMQ than a publisher. */
describe('the example programs of a publisher', () => {
  const vhost = withVhost();
  const user = `museum-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(16).toString('hex');
  let host: OtherHost;
  let api: TestApi;
  let worker: WorkerOf;
  let folder: string;
  let photoUrl: string;
  let amqpUrl: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-publisher-'));
    host = await OtherHost.start();
    photoUrl = host.offer('/photo.jpg', await readFile('test/fixtures/photos/grace-hopper.jpg'));
    api = await TestApi.start({
      AMQP_URL: vhost.url,
      IMAGE_URL_HOSTS: host.host,
      OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
    });
    worker = new WorkerOf(api);
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 20_000, interval: 50 });
    const { configure, write, read, topics } = permissionsFor('publisher', user);
    await vhost.api('PUT', `/api/users/${user}`, { password, tags: '' });
    await vhost.api('PUT', `/api/permissions/${vhost.name}/${user}`, { configure, write, read });
    for (const topic of topics) {
      await vhost.api('PUT', `/api/topic-permissions/${vhost.name}/${user}`, topic);
    }
    const address = new URL(vhost.url);
    amqpUrl = `amqp://${user}:${password}@${address.host}${address.pathname}`;
  });

  afterAll(async () => {
    await vhost.api('DELETE', `/api/users/${user}`);
    await api.remove();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Waits until a program is told that its task was taken in, and does what a worker would. */
  async function restore(program: ClientProgram): Promise<Buffer> {
    await program.until(/task\.accepted/);
    const waiting = await api.as('operator').fetch('/v1/tasks?all=true&status=queued');
    const { items } = (await waiting.json()) as { items: TaskView[] };
    expect(items).toHaveLength(1);
    await worker.start(items[0]!.id);
    return worker.succeed(items[0]!.id);
  }

  it.each(['examples/python/submit_and_wait.py', 'examples/node/submit-and-wait.mjs'])(
    '%s is answered, and the events are told',
    async (file) => {
      const events = ClientProgram.start('examples/python/follow_task_events.py', [], { AMQP_URL: amqpUrl });
      await events.until(new RegExp(`listening ${user}\\.#`));
      const env = { AMQP_URL: amqpUrl, OUT_DIR: folder, TASK_ID: `by ${file}`.replaceAll('/', ' ') };
      const program = ClientProgram.start(file, [photoUrl, 'person'], env);
      const picture = await restore(program);
      expect({ code: await program.end(), stderr: program.stderr }).toEqual({ code: 0, stderr: '' });
      const saved = await readFile(join(folder, `${env.TASK_ID}.png`));
      expect(saved.equals(picture)).toBe(true);
      await events.until(new RegExp(`^${user}\\.person\\.accepted ${env.TASK_ID} queued`, 'm'));
      await events.until(new RegExp(`^${user}\\.person\\.succeeded ${env.TASK_ID} succeeded http`, 'm'));
    },
  );

  it('hear nothing of others', async () => {
    const program = ClientProgram.start('examples/python/follow_task_events.py', ['#'], {
      AMQP_URL: amqpUrl,
    });
    expect(await program.end()).not.toBe(0);
    expect(program.stderr).toMatch(/ACCESS_REFUSED|403/);
  });

  it('speak for nobody else', async () => {
    const address = new URL(amqpUrl);
    const options = ['--host', address.hostname, '--port', address.port, '--vhost', vhost.name];
    const others = ['--user', user, '--password', password, '--image-url', photoUrl];
    // A publisher may not use the default exchange, by which it would reach every queue.
    const plain = ClientProgram.start('test/clients/amqp/plain_queue_producer.py', [...options, ...others]);
    expect(await plain.end()).not.toBe(0);
    expect(plain.stderr).toMatch(/ACCESS_REFUSED|403/);
  });
});
