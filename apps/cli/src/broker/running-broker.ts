import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import type { CliEnv } from '../env.js';
import { findRunningSystem } from '../system/running-system.js';
import { shownAddress } from './broker.js';
import { dockerBrokerOf } from './docker-broker.js';
import { PrivateNode } from './private-node.js';
import { LOCAL_MANAGEMENT, LOCAL_URL } from './resolve-broker.js';

/**
 * The address, with password, of the RabbitMQ that the running system with this data folder uses. Nobody writes it
 * down, so it is found by what the system shows of it.
 * @throws CliError where there is no such system, or it uses a RabbitMQ of which only its starter knows the password.
 */
export function runningBrokerUrl({ dataDir }: Pick<CliEnv, 'dataDir'>): string {
  const running = findRunningSystem(dataDir);
  if (!running) {
    throw new CliError(
      `photo-repair does not run with the data in ${dataDir}. Start it with npm start, or name its RabbitMQ: ` +
        'AMQP_URL=amqp://user:password@host',
    );
  }
  const shown = running.addresses.find(({ name }) => name === 'RabbitMQ')?.url;
  if (shown === undefined) throw new CliError('photo-repair is still starting. Try again in a moment.');
  const dir = join(dataDir, 'broker');
  const own = [PrivateNode.adopt(dir), dockerBrokerOf(join(dir, 'docker'))].find(
    (broker) => broker?.management.url === shown,
  );
  if (own) return own.url;
  if (shown === LOCAL_MANAGEMENT.url || shown === shownAddress(LOCAL_URL)) return LOCAL_URL;
  throw new CliError(
    `photo-repair uses the RabbitMQ at ${shown}. Name it with its password: AMQP_URL=amqp://user:password@host`,
  );
}
