import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import type { CliEnv } from '../env.js';
import { aptCommand, installRabbitmq } from './apt-rabbitmq.js';
import { shownAddress, type Broker } from './broker.js';
import { dockerAnswers, startInDocker } from './docker-broker.js';
import { PrivateNode } from './private-node.js';
import { isListening } from './probe.js';
import { findRabbitmqServer } from './rabbitmq-server.js';

/** A RabbitMQ that others run on this machine, as it comes. */
export const LOCAL_URL = 'amqp://guest:guest@127.0.0.1:5672';
export const LOCAL_MANAGEMENT = { url: 'http://127.0.0.1:15672/', login: 'user guest, password guest' };

/**
 * Finds the RabbitMQ to use, or starts one, in this order: AMQP_URL; our own node left from an earlier start; one
 * on this machine that takes `guest`; an installed one as our own node; Docker; apt-get and then our own node.
 * Returns before a started one answers, so that the apps can start meanwhile.
 * @throws CliError with the one thing to do.
 */
export async function resolveBroker(
  env: Pick<CliEnv, 'amqpUrl' | 'ownBroker' | 'dataDir' | 'mayInstall'>,
): Promise<Broker> {
  if (env.amqpUrl !== undefined) return given(env.amqpUrl);
  const dir = join(env.dataDir, 'broker');
  const executable = findRabbitmqServer();
  const left = PrivateNode.adopt(dir, executable);
  if (left) return left;
  if (!env.ownBroker && (await takesGuest())) return local();
  if (executable !== undefined) return PrivateNode.start(dir, executable);
  if (await dockerAnswers()) return startInDocker(join(dir, 'docker'));
  return installed(dir, env.mayInstall);
}

async function given(url: string): Promise<Broker> {
  const { whyNoLogin } = await import('./log-in.js');
  const reason = await whyNoLogin(url);
  if (reason !== undefined) {
    throw new CliError(
      `AMQP_URL does not work. ${reason}\n` +
        'Start that RabbitMQ or correct AMQP_URL; without AMQP_URL photo-repair runs a RabbitMQ of its own.',
    );
  }
  return foreign(url, `${shownAddress(url)} (from AMQP_URL)`);
}

async function takesGuest(): Promise<boolean> {
  if (!(await isListening(5672))) return false;
  const { isForAll } = await import('./log-in.js');
  return isForAll(LOCAL_URL);
}

async function local(): Promise<Broker> {
  const broker = foreign(LOCAL_URL, 'the one that runs on this machine, user guest');
  return (await isListening(15_672)) ? { ...broker, management: LOCAL_MANAGEMENT } : broker;
}

function foreign(url: string, description: string): Broker {
  return { url, description, ready: () => Promise.resolve(), stop: () => Promise.resolve() };
}

async function installed(dir: string, mayInstall: boolean): Promise<Broker> {
  const apt = mayInstall ? await aptCommand() : undefined;
  if (!apt) {
    throw new CliError(
      'photo-repair needs RabbitMQ and found none. Install it (Debian, Ubuntu: sudo apt-get install rabbitmq-server; ' +
        'macOS: brew install rabbitmq) and start again, or name one: AMQP_URL=amqp://user:password@host npm start',
    );
  }
  const problem = await installRabbitmq(apt);
  if (problem !== undefined) throw new CliError(`apt-get could not install rabbitmq-server:\n${problem}`);
  // With systemd the package starts a system service, on the usual port and for guest: then that one is used.
  for (let second = 0; second < 20 && (await isListening(4369)); second++) {
    if (await takesGuest()) return local();
    await delay(1000);
  }
  const executable = findRabbitmqServer();
  if (executable === undefined)
    throw new CliError('apt-get installed rabbitmq-server, but its start script is not where it belongs.');
  return PrivateNode.start(dir, executable);
}
