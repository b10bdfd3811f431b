import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from './project.mjs';
import { runQuietly } from './run-quietly.mjs';

/** Programs that the tests run for real, and the Debian packages that bring them. */
const PROGRAMS = [
  {
    name: 'RabbitMQ',
    packages: ['rabbitmq-server'],
    isThere: () => existsSync('/usr/lib/rabbitmq/bin/rabbitmq-server') || isOnPath('rabbitmq-server'),
  },
  {
    name: 'Chromium',
    packages: ['chromium'],
    isThere: () => ['chromium', 'chromium-browser', 'google-chrome'].some(isOnPath),
  },
  {
    name: 'a Chinese font',
    packages: ['fonts-wqy-microhei'],
    isThere: () => process.platform !== 'linux' || hasChineseFont(),
  },
  { name: 'systemd-analyze', packages: ['systemd'], isThere: () => isOnPath('systemd-analyze') },
  {
    name: 'Prometheus',
    packages: ['prometheus'],
    isThere: () => ['prometheus', 'promtool'].every(isOnPath),
  },
  { name: 'Redis', packages: ['redis-server'], isThere: () => isOnPath('redis-server') },
  {
    name: "Python's pika and redis",
    packages: ['python3', 'python3-pika', 'python3-redis'],
    isThere: () => hasPythonModules('pika', 'redis'),
  },
  { name: 'PostgreSQL', packages: ['postgresql'], isThere: () => isOnPath('initdb') || hasDebianPostgres() },
  {
    name: 'OpenStack Swift (an S3 server)',
    packages: ['python3-swift'],
    isThere: () => hasPythonModules('swift'),
  },
];

/** Installs with apt-get what is missing, after saying so; where that is not possible, says what to install. */
export async function provideTestPrograms() {
  const missing = PROGRAMS.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const packages = missing.flatMap((program) => program.packages);
  const apt = await aptCommand();
  if (apt === undefined) {
    throw new Error(
      `The tests need ${names}. Install them first; on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}`,
    );
  }
  say(`The tests need ${names}: installing ${packages.join(', ')} with apt-get.`);
  const install = ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const [command, ...before] = apt;
  let result = await runQuietly('apt-get install', command, [...before, ...install], { env });
  if (result.code !== 0) {
    await runQuietly('apt-get update', command, [...before, 'update'], { env });
    result = await runQuietly('apt-get install', command, [...before, ...install], { env });
  }
  if (result.code !== 0)
    throw new Error(
      `apt-get could not install ${packages.join(', ')}:\n${result.output.trim().split('\n').slice(-5).join('\n')}`,
    );
  const still = missing.filter(({ isThere }) => !isThere());
  if (still.length > 0)
    throw new Error(
      `apt-get installed ${packages.join(', ')}, but not found: ${still.map(({ name }) => name).join(', ')}.`,
    );
  say(`Installed in ${result.seconds} s.`);
}

async function aptCommand() {
  if (!isOnPath('apt-get')) return undefined;
  if (process.getuid() === 0) return ['apt-get'];
  const sudo = isOnPath('sudo') && (await runQuietly('sudo', 'sudo', ['-n', 'true'])).code === 0;
  return sudo ? ['sudo', '-n', 'apt-get'] : undefined;
}

function isOnPath(program) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((dir) => dir !== '' && isExecutable(join(dir, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasChineseFont() {
  return (
    existsSync('/usr/share/fonts/truetype/wqy') ||
    existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc')
  );
}

/** Of Debian's Python where there is one: its packages are not seen by a Python that stands before it on the path. */
function hasPythonModules(...names) {
  const debian = '/usr/bin/python3';
  const program = names.map((name) => `import ${name}`).join('; ');
  const python = existsSync(debian) ? debian : 'python3';
  return spawnSync(python, ['-c', program], { stdio: 'ignore' }).status === 0;
}

function hasDebianPostgres() {
  const root = '/usr/lib/postgresql';
  return (
    existsSync(root) && readdirSync(root).some((version) => existsSync(join(root, version, 'bin/initdb')))
  );
}
