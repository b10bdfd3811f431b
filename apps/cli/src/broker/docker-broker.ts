import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { PortPicker } from '../system/free-port.js';
import { withHeartbeat } from '../system/heartbeat.js';
import { readJsonFile, writeJsonFile } from '../system/json-file.js';
import { complain } from '../terminal.js';
import type { Broker } from './broker.js';
import { CONSUMER_TIMEOUT_MS, MOVING_PLUGINS } from './private-node.files.js';
import { whyNotReady } from './probe.js';

const IMAGE = 'rabbitmq:4-management';
const START_LIMIT_MS = 120_000;
const USER = 'photo-repair';
/** Where the container that was started last listens. */
const portsSchema = z.object({ amqp: z.number(), management: z.number() });
const docker = (args: string[]) => promisify(execFile)('docker', args, { maxBuffer: 1024 * 1024 });

/** True when a Docker engine answers (the command alone is no engine). */
export async function dockerAnswers(): Promise<boolean> {
  return promisify(execFile)('docker', ['info'], { timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Runs RabbitMQ in a container with its data in a named volume and its ports on loopback.
 * Name and password are kept in `dir`, readable by their owner only; the password goes in by a file, not an argument.
 */
export async function startInDocker(dir: string): Promise<Broker> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const nameFile = join(dir, 'container');
  const passwordFile = join(dir, 'password');
  if (!existsSync(nameFile)) writeFileSync(nameFile, `photo-repair-${randomBytes(4).toString('hex')}`);
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const name = readFileSync(nameFile, 'utf8').trim();
  const password = readFileSync(passwordFile, 'utf8').trim();
  const envFile = join(dir, 'container.env');
  const settings = {
    RABBITMQ_DEFAULT_USER: USER,
    RABBITMQ_DEFAULT_PASS: password,
    // The image's way to set what has no variable of its own (its page on Docker Hub, "Additional Configuration").
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-rabbit consumer_timeout ${CONSUMER_TIMEOUT_MS}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(''), { mode: 0o600 });

  const picker = new PortPicker();
  const amqp = await picker.pick(5672);
  const management = await picker.pick(15_672);
  await docker(['rm', '--force', name]).catch(() => undefined); // none left from an earlier start is the usual case
  // The host name is part of the node's name, under which its data lie in the volume.
  const place = ['--name', name, '--hostname', 'photo-repair', '--volume', `${name}:/var/lib/rabbitmq`];
  const ports = ['--publish', `127.0.0.1:${amqp}:5672`, '--publish', `127.0.0.1:${management}:15672`];
  await withHeartbeat(`docker run ${IMAGE}`, () =>
    docker(['run', '--detach', ...place, ...ports, '--env-file', envFile, IMAGE]),
  ).catch((error: { stderr?: string }) => {
    throw new CliError(`Docker could not run ${IMAGE}: ${error.stderr?.trim() ?? 'no reason given'}`);
  });
  writeJsonFile(portsFile(dir), { amqp, management });
  const { url, management: page } = addressOf(dir, { amqp, management });
  return {
    url,
    description: `${IMAGE} in Docker, container and volume ${name}`,
    management: { ...page, login: `user ${USER}, password in ${passwordFile}` },
    async ready() {
      const deadline = Date.now() + START_LIMIT_MS;
      for (;;) {
        const reason = await whyNotReady(url, page.url);
        if (reason === undefined) break;
        if (Date.now() > deadline) {
          throw new CliError(`RabbitMQ in Docker (${name}) does not get ready: ${reason}.`);
        }
        await delay(500);
      }
      await docker(['exec', name, 'rabbitmq-plugins', 'enable', ...MOVING_PLUGINS]).catch((error: Error) =>
        complain(`RabbitMQ's page cannot move messages: ${error.message}`),
      );
    },
    async stop(force) {
      await docker([force ? 'kill' : 'stop', name]);
    },
  };
}

/** The RabbitMQ in Docker that was started last with its files in `dir`; whether it runs is not looked at. */
export function dockerBrokerOf(dir: string): { url: string; management: { url: string } } | undefined {
  const ports = readJsonFile(portsFile(dir), portsSchema);
  return ports && addressOf(dir, ports);
}

function addressOf(dir: string, { amqp, management }: z.infer<typeof portsSchema>) {
  const password = readFileSync(join(dir, 'password'), 'utf8').trim();
  return {
    url: `amqp://${USER}:${password}@127.0.0.1:${amqp}`,
    management: { url: `http://127.0.0.1:${management}/` },
  };
}

function portsFile(dir: string): string {
  return join(dir, 'ports.json');
}
