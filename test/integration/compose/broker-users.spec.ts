import { describe, expect, it } from 'vitest';
import { planUsers } from '../../../apps/cli/src/rabbitmq/broker-users.js';
import { INTAKE_VHOST, MAIN_VHOST } from '../../../apps/cli/src/rabbitmq/virtual-hosts.js';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { afterAll } from 'vitest';
import { makeSecrets } from '../deployment/made-secrets.js';
import { readComposeFile, readText } from './compose-file.js';
import { settleSecrets } from './settle-secrets.js';

const file = readComposeFile();
const { services } = file;
const users = planUsers([], []);
const made = makeSecrets();
afterAll(made.remove);
const passwords = parseEnv(readFileSync(made.passwords, 'utf8'));

/** Program, setting, user and virtual host of every broker address in the file. */
const logins = Object.entries(services).flatMap(([program, { environment = {}, secrets = [] }]) =>
  Object.entries(settleSecrets(environment, secrets, file, made.folder))
    .filter(([name]) => /^AMQP_\w*URL_FILE$/.test(name))
    .map(([setting, path]) => ({ program, setting, url: new URL(readFileSync(path, 'utf8').trim()) })),
);

describe('the users of RabbitMQ in docker-compose.yml', () => {
  it('are one for each program, with its own password', () => {
    expect(logins.map(({ program, setting, url }) => [program, setting, url.username, url.pathname])).toEqual(
      [
        ['api', 'AMQP_URL_FILE', 'api', `/${MAIN_VHOST}`],
        ['api', 'AMQP_INTAKE_URL_FILE', 'api', `/${INTAKE_VHOST}`],
        ['worker', 'AMQP_URL_FILE', 'worker', `/${MAIN_VHOST}`],
        ['bridge', 'AMQP_URL_FILE', 'bridge', `/${MAIN_VHOST}`],
      ],
    );
    for (const { url } of logins) {
      expect(url.password).toBe(passwords[`RABBITMQ_${url.username.toUpperCase()}_PASSWORD`]);
      expect(url.host).toBe('broker:5672');
    }
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
    expect(readText('deploy/README.md')).toContain(`--secrets .env --out ${path} --url-files secrets`);
    expect(readText('.gitignore').split('\n')).toEqual(expect.arrayContaining([path, '.env']));
  });
});
