import { probeBroker } from '@app/messaging';
import { freePort } from '../../support/free-port.js';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PrivateNodeFiles, type NodePorts } from '../../../apps/cli/src/broker/private-node.files.js';
import { findRabbitmqServer } from '../../../apps/cli/src/broker/rabbitmq-server.js';
import { childEnv } from '../../../apps/cli/src/env.js';
import { printDefinitions } from '../../../apps/cli/src/rabbitmq/definitions.command.js';

/** A broker that has read the file of settings that we ship and what the command writes, as in a container. */
describe('deploy/rabbitmq/photo-repair.conf with the definitions of the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shipped-broker-'));
  let ports: NodePorts;
  let node: ChildProcess;
  let passwords: NodeJS.Dict<string>;

  beforeAll(async () => {
    const executable = findRabbitmqServer();
    if (executable === undefined) throw new Error('rabbitmq-server is not installed');
    const files = new PrivateNodeFiles(join(folder, 'node'));
    const [amqp, management, prometheus, distribution, epmd] = await Promise.all(
      Array.from({ length: 5 }, () => freePort()),
    );
    ports = { amqp, management, prometheus, distribution, epmd } as NodePorts;
    files.writeSettings(ports);

    const definitions = join(folder, 'definitions.json');
    const secrets = join(folder, '.env');
    const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    printDefinitions({ publisher: ['shop'], plainPublisher: ['old'], secrets, out: definitions });
    quiet.mockRestore();
    passwords = parseEnv(readFileSync(secrets, 'utf8'));
    const shipped = readFileSync('deploy/rabbitmq/photo-repair.conf', 'utf8');
    const here = [
      `listeners.tcp.default = 127.0.0.1:${amqp}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${management}`,
      'prometheus.tcp.ip = 127.0.0.1',
      `prometheus.tcp.port = ${prometheus}`,
    ].join('\n');
    writeFileSync(
      files.configFile,
      `${shipped.replace('/etc/rabbitmq/definitions.json', definitions)}\n${here}\n`,
    );

    node = spawn(executable, [], {
      cwd: files.dir,
      env: childEnv(files.environment(ports, files.credentials().nodeName)),
      stdio: 'ignore',
    });
    await vi.waitFor(async () => expect(await login('api', 'photo-repair')).toBe('ok'), {
      timeout: 100_000,
      interval: 250,
    });
  });

  afterAll(async () => {
    const ended = once(node, 'exit');
    node.kill('SIGKILL');
    await ended;
    await promisify(execFile)('epmd', ['-port', String(ports.epmd), '-kill']).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  async function login(user: string, vhost: string, password = passwordOf(user)): Promise<string> {
    const url = `amqp://${user}:${password}@127.0.0.1:${ports.amqp}/${encodeURIComponent(vhost)}`;
    const answer = await probeBroker(url, 30_000);
    return answer.ok ? 'ok' : answer.code;
  }
  const passwordOf = (user: string) =>
    passwords[`RABBITMQ_${user.toUpperCase()}_PASSWORD`] ??
    passwords[`RABBITMQ_PUBLISHER_${user.toUpperCase()}_PASSWORD`] ??
    '';

  it.each([
    ['api', 'photo-repair', 'ok'],
    ['api', 'photo-repair-intake', 'ok'],
    ['worker', 'photo-repair', 'ok'],
    ['worker', 'photo-repair-intake', 'vhost'],
    ['bridge', 'photo-repair', 'ok'],
    ['operator', 'photo-repair', 'ok'],
    ['shop', 'photo-repair-intake', 'ok'],
    ['old', 'photo-repair-intake', 'ok'],
    ['old', 'photo-repair', 'vhost'],
  ])('lets %s into %s: %s', async (user, vhost, answer) => {
    expect(await login(user, vhost)).toBe(answer);
  });

  it('has no guest, and no virtual host that we did not name', async () => {
    for (const vhost of ['/', 'photo-repair', 'photo-repair-intake']) {
      expect(await login('guest', vhost, 'guest')).toBe('auth');
    }
    const headers = { authorization: `Basic ${btoa(`operator:${passwordOf('operator')}`)}` };
    const answer = await fetch(`http://127.0.0.1:${ports.management}/api/vhosts`, { headers });
    const names = ((await answer.json()) as { name: string }[]).map(({ name }) => name);
    expect(names.toSorted()).toEqual(['photo-repair', 'photo-repair-intake']);
  });
});
