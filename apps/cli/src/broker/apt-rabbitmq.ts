import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnv } from '../env.js';
import { withHeartbeat } from '../system/heartbeat.js';
import { say } from '../terminal.js';

const run = promisify(execFile);

/** How this account may run apt-get: directly, by sudo without a password, or (undefined) not at all. */
export async function aptCommand(): Promise<string[] | undefined> {
  if (!(await works('apt-get', ['--version']))) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  return (await works('sudo', ['-n', 'true'])) ? ['sudo', '-n', 'apt-get'] : undefined;
}

function works(command: string, args: string[]): Promise<boolean> {
  return run(command, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Installs rabbitmq-server, after saying so. Asks for fresh package lists only when the known ones did not do.
 * Gives undefined when it worked, else apt-get's last lines.
 */
export async function installRabbitmq(apt: string[]): Promise<string | undefined> {
  say('No RabbitMQ here: installing the package rabbitmq-server with apt-get (about 35 MB).');
  say('  (INSTALL_PACKAGES=never forbids that; AMQP_URL=amqp://user:password@host names one elsewhere.)');
  const first = await aptGet(apt, ['install', '-y', '--no-install-recommends', 'rabbitmq-server']);
  if (first === undefined) return undefined;
  const update = await aptGet(apt, ['update']);
  if (update !== undefined) return update;
  return aptGet(apt, ['install', '-y', '--no-install-recommends', 'rabbitmq-server']);
}

async function aptGet(apt: string[], args: string[]): Promise<string | undefined> {
  const [command = 'apt-get', ...before] = apt;
  const all = [...before, '-o', 'DPkg::Lock::Timeout=300', ...args];
  try {
    await withHeartbeat(`apt-get ${args[0]}`, () =>
      run(command, all, {
        env: childEnv({ DEBIAN_FRONTEND: 'noninteractive' }),
        maxBuffer: 16 * 1024 * 1024,
      }),
    );
    return undefined;
  } catch (error) {
    const output = (error as { stderr?: string }).stderr ?? String(error);
    return output.trim().split('\n').slice(-4).join('\n');
  }
}
