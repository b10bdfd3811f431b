import { describe, expect, it } from 'vitest';
import { planUsers } from '../../../apps/cli/src/rabbitmq/broker-users.js';
import { INTAKE_VHOST, MAIN_VHOST } from '../../../apps/cli/src/rabbitmq/virtual-hosts.js';
import { interpolate, readComposeFile, readText, variablesIn } from './compose-file.js';

const { services } = readComposeFile();
const users = planUsers([], []);
const passwords = Object.fromEntries(users.map(({ name, setting }) => [setting, `password-of-${name}`]));
const settings = { ...passwords, COMFYUI_URLS: 'http://engine:8190' };

/** Program, setting, user and virtual host of every broker address in the file. */
const logins = Object.entries(services).flatMap(([program, { environment = {} }]) =>
  Object.entries(environment)
    .filter(([, value]) => value.startsWith('amqp://'))
    .map(([setting, value]) => ({ program, setting, url: new URL(interpolate(value, settings)) })),
);

describe('the users of RabbitMQ in docker-compose.yml', () => {
  it('are one for each program, with its own password', () => {
    expect(logins.map(({ program, setting, url }) => [program, setting, url.username, url.pathname])).toEqual(
      [
        ['api', 'AMQP_URL', 'api', `/${MAIN_VHOST}`],
        ['api', 'AMQP_INTAKE_URL', 'api', `/${INTAKE_VHOST}`],
        ['worker', 'AMQP_URL', 'worker', `/${MAIN_VHOST}`],
        ['bridge', 'AMQP_URL', 'bridge', `/${MAIN_VHOST}`],
      ],
    );
    for (const { url } of logins) expect(url.password).toBe(`password-of-${url.username}`);
  });

  it('are such that may log in where their program does', () => {
    for (const { url } of logins) {
      const user = users.find(({ name }) => name === url.username);
      expect(Object.keys(user?.permissions ?? {})).toContain(url.pathname.slice(1));
    }
  });

  it('make nothing unless their permissions let them', () => {
    const making = logins
      .filter(({ program }) => services[program]?.environment?.['AMQP_DECLARE'] !== 'false')
      .map(({ url }) => url.username);
    expect(new Set(making)).toEqual(new Set(['api']));
  });

  it('come from a file that the command writes, and without which Compose stops', () => {
    const mount = services['rabbitmq']?.bindMounts?.find(({ target }) =>
      target.endsWith('/definitions.json'),
    );
    expect(mount).toMatchObject({ read_only: true, bind: { create_host_path: false } });
    const path = mount?.source.replace('./', '') ?? '';
    expect(readText('deploy/rabbitmq/photo-repair.conf')).toContain(`load_definitions = ${mount?.target}\n`);
    expect(readText('deploy/README.md')).toContain(`--secrets .env --out ${path}`);
    expect(readText('.gitignore').split('\n')).toEqual(expect.arrayContaining([path, '.env']));
    const wanted = variablesIn(readText('docker-compose.yml'))
      .map(({ name }) => name)
      .filter((name) => /^RABBITMQ_\w+_PASSWORD$/.test(name));
    expect(Object.keys(passwords)).toEqual(expect.arrayContaining(wanted));
  });
});
