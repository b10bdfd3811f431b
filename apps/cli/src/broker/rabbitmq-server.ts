import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Places of the real start script. Not /usr/sbin/rabbitmq-server of Debian, a wrapper that changes to
 * the user `rabbitmq`, who may not write into our folder.
 */
const SCRIPTS = [
  '/usr/lib/rabbitmq/bin/rabbitmq-server',
  '/opt/rabbitmq/sbin/rabbitmq-server',
  '/opt/homebrew/opt/rabbitmq/sbin/rabbitmq-server',
  '/usr/local/opt/rabbitmq/sbin/rabbitmq-server',
  '/usr/local/sbin/rabbitmq-server',
];
const VERSIONED = ['/usr/lib/rabbitmq/lib', '/usr/local/lib/rabbitmq/lib', '/opt'];

/** The start script of an installed RabbitMQ that we may run as who we are; undefined when there is none. */
export function findRabbitmqServer(root = '/'): string | undefined {
  const versioned = VERSIONED.flatMap((dir) =>
    foldersIn(join(root, dir))
      .filter((name) => name.startsWith('rabbitmq_server-'))
      .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
      .map((name) => join(root, dir, name, 'sbin', 'rabbitmq-server')),
  );
  const [first, ...others] = SCRIPTS.map((path) => join(root, path));
  return [first, ...versioned, ...others].find((path) => path !== undefined && isExecutable(path));
}

function foldersIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return []; // not there, or not ours to read: nothing to run either way
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
