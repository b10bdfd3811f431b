import { BrokerConnection, probeBroker, queueDepths } from '@app/messaging';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { gate, startPublisher, startWorker } from './test-worker.js';

async function listening(server: Server): Promise<number> {
  // A paused socket never notices that its other end is gone.
  server.on('connection', (socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

describe('probing a broker', () => {
  const vhost = withVhost();

  it('tells product and version of one that answers', async () => {
    expect(await probeBroker(vhost.url, 30_000)).toEqual({
      ok: true,
      product: 'RabbitMQ',
      version: expect.stringMatching(/^\d+\.\d+/) as string,
      clusterName: expect.any(String) as string,
    });
  });

  it('tells a wrong password, without repeating it', async () => {
    const url = new URL(vhost.url);
    url.password = 'secret-word';
    const connection = new BrokerConnection({ url: url.toString(), name: 'wrong' });
    onTestFinished(() => connection.close());
    await expect
      .poll(() => connection.problem, { timeout: 15_000 })
      .toBe('it refuses this user name or password');
    expect(connection.address).not.toContain('secret-word');
    const answer = await probeBroker(url.toString(), 30_000);
    expect(answer).toMatchObject({ ok: false, code: 'auth' });
    expect(JSON.stringify(answer)).not.toContain('secret-word');
  });

  it('tells a missing virtual host', async () => {
    expect(await probeBroker(`${vhost.url}-not`, 30_000)).toMatchObject({ ok: false, code: 'vhost' });
  });

  it('tells that nothing listens, and a host name that nobody knows', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await probeBroker(`amqp://127.0.0.1:${port}`, 30_000)).toMatchObject({
      ok: false,
      code: 'refused',
    });
    expect(await probeBroker('amqp://no-such-host.invalid', 30_000)).toMatchObject({
      ok: false,
      code: 'refused',
    });
  });

  it('tells one that does not answer', async () => {
    const port = await listening(createServer());
    expect(await probeBroker(`amqp://127.0.0.1:${port}`, 300)).toMatchObject({ ok: false, code: 'timeout' });
  });

  it('tells what speaks another protocol, or hangs up', async () => {
    const web = await listening(createHttpServer((_, response) => response.end('hello')));
    expect(await probeBroker(`amqp://127.0.0.1:${web}`, 30_000)).toMatchObject({
      ok: false,
      code: 'not_amqp',
    });
    const rude = await listening(createServer((socket) => socket.destroy()));
    expect(await probeBroker(`amqp://127.0.0.1:${rude}`, 30_000)).toMatchObject({
      ok: false,
      code: 'not_amqp',
    });
  });

  it('tells an address that cannot be one', async () => {
    expect(await probeBroker('http://127.0.0.1', 30_000)).toMatchObject({ ok: false, code: 'invalid_url' });
    expect(await probeBroker('guest:secret-word@here', 30_000)).toMatchObject({
      ok: false,
      code: 'invalid_url',
    });
  });
});

describe('queue depths', () => {
  const vhost = withVhost();

  it('count what waits and who listens, and a missing queue as empty', async () => {
    const release = gate<{ kind: 'done' }>();
    const { server } = await startWorker(vhost, () => release.opened);
    const { tasks } = await startPublisher(vhost);
    const connection = new BrokerConnection({ url: vhost.url, name: 'depths' });
    onTestFinished(() => connection.close());
    const depths = () => queueDepths(connection, ['person', 'landscape']);
    const none = { taskType: 'landscape', ready: 0, consumers: 0 };

    await expect
      .poll(() => depths().catch(() => []), { timeout: 15_000 })
      .toEqual([{ taskType: 'person', ready: 0, consumers: 1 }, none]);
    for (let i = 0; i < 3; i++) await tasks.publishTask(sampleTask());
    await expect
      .poll(depths, { timeout: 15_000 })
      .toEqual([{ taskType: 'person', ready: 2, consumers: 1 }, none]);
    release.open({ kind: 'done' });
    await expect.poll(() => server.runningCount).toBe(0);
  });
});
