import { probeBroker } from '@app/messaging';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrivateNode } from '../../../apps/cli/src/broker/private-node.js';
import { isForAll } from '../../../apps/cli/src/broker/log-in.js';
import { isPrivateNode, nodeRunSchema } from '../../../apps/cli/src/broker/private-node.files.js';
import { isListening } from '../../../apps/cli/src/broker/probe.js';
import { findRabbitmqServer } from '../../../apps/cli/src/broker/rabbitmq-server.js';
import { listeningAddresses, processesWithEnvironment } from './listeners.js';

/** 127.0.0.1 and ::1 as /proc/net/tcp and tcp6 write them. */
const LOOPBACK = ['0100007F', '00000000000000000000000001000000'];

describe('our own RabbitMQ node', () => {
  const home = mkdtempSync(join(tmpdir(), 'photo repair 奶奶 '));
  const dir = join(home, 'broker');
  let node: PrivateNode;

  beforeAll(async () => {
    const executable = findRabbitmqServer();
    if (executable === undefined) throw new Error('rabbitmq-server is not installed');
    node = await PrivateNode.start(dir, executable);
    await node.ready();
  });

  afterAll(async () => {
    await node.stop(true);
    rmSync(home, { recursive: true, force: true });
  });

  function run() {
    return nodeRunSchema.parse(JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')));
  }

  const basic = (name: string, password: string) => ({
    authorization: `Basic ${btoa(`${name}:${password}`)}`,
  });

  function management(path: string, init: RequestInit = {}) {
    const { username, password } = new URL(node.url);
    const headers = { ...basic(username, password), 'content-type': 'application/json' };
    return fetch(`http://127.0.0.1:${run().ports.management}/api/${path}`, { ...init, headers });
  }

  const asGuest = (url: string) => Object.assign(new URL(url), { username: 'guest', password: 'guest' }).href;

  it('takes its own password in both virtual hosts, and guest in that of other systems alone', async () => {
    expect(node.url).toMatch(/\/photo-repair$/);
    expect(node.intakeUrl).toMatch(/\/%2F$/);
    await expect(probeBroker(node.url, 30_000)).resolves.toMatchObject({ ok: true });
    await expect(probeBroker(node.intakeUrl, 30_000)).resolves.toMatchObject({ ok: true });
    await expect(probeBroker(asGuest(node.intakeUrl), 30_000)).resolves.toMatchObject({ ok: true });
    await expect(probeBroker(asGuest(node.url), 30_000)).resolves.toMatchObject({ ok: false, code: 'vhost' });
  });

  it('has no other user than these two, and lets guest see nothing of its management', async () => {
    const users = (await (await management('users')).json()) as { name: string; tags: string[] }[];
    expect(users.map(({ name, tags }) => ({ name, tags }))).toEqual([
      { name: 'guest', tags: [] },
      { name: 'photo-repair', tags: ['administrator'] },
    ]);
    const { host } = new URL(node.management.url);
    expect((await fetch(`http://${host}/api/overview`, { headers: basic('guest', 'guest') })).status).toBe(
      401,
    );
  });

  it('has the policies of the entrance in both virtual hosts', async () => {
    const policies = (await (await management('policies')).json()) as { vhost: string; name: string }[];
    expect(policies.map(({ vhost, name }) => `${vhost} ${name}`).toSorted()).toEqual(
      ['/', 'photo-repair'].flatMap((vhost) =>
        ['entrance', 'own_queues', 'unrouted'].map((name) => `${vhost} photo_repair.${name}`),
      ),
    );
  });

  it('is known as a private one, so that another system on this machine leaves it alone', async () => {
    expect(await isForAll(asGuest(node.intakeUrl))).toBe(false);
    expect(isPrivateNode('rabbit@localhost')).toBe(false);
  });

  it('keeps its password in files that only the owner may read', () => {
    const modes = ['password', 'rabbitmq.conf', 'definitions.json', 'run.json'].map(
      (name) => statSync(join(dir, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600]);
    const password = readFileSync(join(dir, 'password'), 'utf8');
    expect(readFileSync(join(dir, 'definitions.json'), 'utf8')).not.toContain(password);
    expect(readFileSync(join(dir, 'rabbitmq.conf'), 'utf8')).not.toContain(password);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('listens on loopback only, the port mapper and the distribution included', () => {
    const { process, ports } = run();
    const ofNode = listeningAddresses(process.pid);
    expect(new Set(ofNode.map(({ port }) => port))).toEqual(
      new Set([ports.amqp, ports.management, ports.prometheus, ports.distribution]),
    );
    const family = processesWithEnvironment(`ERL_EPMD_PORT=${ports.epmd}`).flatMap(listeningAddresses);
    expect(family.map(({ port }) => port)).toContain(ports.epmd);
    expect(family.filter(({ address }) => !LOOPBACK.includes(address))).toEqual([]);
  });

  it('is found again by the next launcher, and keeps queues and password over a stop', async () => {
    const created = await management('queues/%2F/kept', {
      method: 'PUT',
      body: JSON.stringify({ durable: true }),
    });
    expect(created.status).toBe(201);
    const adopted = PrivateNode.adopt(dir);
    expect(adopted?.url).toBe(node.url);
    await adopted?.ready();
    const before = run();
    await adopted?.stop();
    expect(PrivateNode.adopt(dir)).toBeUndefined();
    expect(await isListening(before.ports.amqp)).toBe(false);
    expect(await isListening(before.ports.epmd)).toBe(false);
    expect(processesWithEnvironment(`ERL_EPMD_PORT=${before.ports.epmd}`)).toEqual([]);

    node = await PrivateNode.start(dir, findRabbitmqServer() ?? '');
    await node.ready();
    expect((await management('queues/%2F/kept')).status).toBe(200);
  });

  it('brings along what it held when everything was in one virtual host', async () => {
    const names = ['photo_repair.work.person', 'photo_repair.results'];
    for (const vhost of ['%2F', 'photo-repair']) {
      for (const name of names) {
        const options = { durable: true, arguments: { 'x-queue-type': 'classic', 'x-max-priority': 4 } };
        await management(`queues/${vhost}/${name}`, { method: 'PUT', body: JSON.stringify(options) });
      }
    }
    await management('queues/%2F/photo_repair_tasks', {
      method: 'PUT',
      body: JSON.stringify({ durable: true }),
    });
    await management('queues/%2F/photo_repair.empty', {
      method: 'PUT',
      body: JSON.stringify({ durable: true }),
    });
    const count = 300;
    for (const name of [...names, 'photo_repair_tasks']) {
      for (let index = 0; index < count; index++) {
        const body = JSON.stringify({
          routing_key: name,
          payload: `${index}`,
          payload_encoding: 'string',
          properties: { delivery_mode: 2, priority: 3, message_id: `${name} ${index}` },
        });
        await management('exchanges/%2F/amq.default/publish', { method: 'POST', body });
      }
    }
    const left = async () =>
      ((await (await management('queues/%2F')).json()) as { name: string }[])
        .map(({ name }) => name)
        .toSorted();
    const before = await left();
    // A new node takes nothing over from where other programs may make queues.
    await node.settleIn();
    expect(await left()).toEqual(before);

    const identityFile = join(dir, 'node.json');
    const { nodeName, user, apart } = JSON.parse(readFileSync(identityFile, 'utf8')) as Record<
      string,
      unknown
    >;
    expect(apart).toBe(true);
    writeFileSync(identityFile, JSON.stringify({ nodeName, user }));
    await node.settleIn();
    expect(await left()).toEqual(['kept', 'photo_repair_tasks']);
    expect(JSON.parse(readFileSync(identityFile, 'utf8'))).toEqual({ nodeName, user, apart: true });
    for (const name of names) {
      const body = JSON.stringify({ count: count + 1, ackmode: 'ack_requeue_true', encoding: 'auto' });
      const answer = await management(`queues/photo-repair/${name}/get`, { method: 'POST', body });
      const messages = (await answer.json()) as { payload: string; properties: Record<string, unknown> }[];
      expect(messages.map(({ payload }) => payload)).toEqual(
        Array.from({ length: count }, (_, index) => `${index}`),
      );
      expect(messages[0]?.properties).toMatchObject({ priority: 3, message_id: `${name} 0` });
    }
  });

  it('starts again on the same ports after it was killed', async () => {
    const before = run();
    process.kill(before.process.pid, 'SIGKILL');
    await expect.poll(() => node.process.isAlive()).toBe(false);
    node.process.restart();
    await node.ready();
    expect(run().ports).toEqual(before.ports);
    expect(run().process.pid).not.toBe(before.process.pid);
    expect((await management('queues/%2F/kept')).status).toBe(200);
  });
});
