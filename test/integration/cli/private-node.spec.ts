import { probeBroker } from '@app/messaging';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrivateNode } from '../../../apps/cli/src/broker/private-node.js';
import { nodeRunSchema } from '../../../apps/cli/src/broker/private-node.files.js';
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

  function management(path: string, init: RequestInit = {}) {
    const { username, password } = new URL(node.url);
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return fetch(`http://127.0.0.1:${run().ports.management}/api/${path}`, { ...init, headers });
  }

  it('takes its own password and not guest', async () => {
    const guest = new URL(node.url);
    guest.username = 'guest';
    guest.password = 'guest';
    await expect(probeBroker(node.url, 5000)).resolves.toMatchObject({ ok: true });
    await expect(probeBroker(guest.href, 5000)).resolves.toMatchObject({ ok: false });
    const users = (await (await management('users')).json()) as { name: string }[];
    expect(users.map((user) => user.name)).toEqual(['photo-repair']);
  });

  it('keeps its password in files that only the owner may read', () => {
    const modes = ['password', 'rabbitmq.conf', 'run.json'].map(
      (name) => statSync(join(dir, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o600, 0o600]);
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
