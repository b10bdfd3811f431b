import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { printDefinitions } from './definitions.command.js';
import type { Definitions } from './definitions.js';
import { hashPassword } from './password-hash.js';

let folder: string;
let out: string;
let errors: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'definitions-'));
  out = errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const flags = (more: Partial<Parameters<typeof printDefinitions>[0]> = {}) => ({
  publisher: [],
  plainPublisher: [],
  ...more,
});
const printed = () => JSON.parse(out) as Definitions;
/** Whether RabbitMQ would take this password for the user. */
const takes = (definitions: Definitions, name: string, password: string) => {
  const hash = definitions.users.find((user) => user.name === name)?.password_hash ?? '';
  return hashPassword(password, Buffer.from(hash, 'base64').subarray(0, 4)) === hash;
};

it('makes passwords up, writes them where only the owner reads, and prints none', () => {
  const secrets = join(folder, '.env');
  printDefinitions(flags({ secrets, publisher: ['shop'] }));
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  const made = parseEnv(readFileSync(secrets, 'utf8'));
  const names = ['API', 'WORKER', 'BRIDGE', 'OPERATOR', 'PUBLISHER_SHOP'];
  expect(new Set(Object.keys(made))).toEqual(new Set(names.map((name) => `RABBITMQ_${name}_PASSWORD`)));
  expect(new Set(Object.values(made)).size).toBe(5);
  expect(takes(printed(), 'api', made['RABBITMQ_API_PASSWORD'] ?? '')).toBe(true);
  expect(takes(printed(), 'shop', made['RABBITMQ_PUBLISHER_SHOP_PASSWORD'] ?? '')).toBe(true);
  expect(takes(printed(), 'shop', made['RABBITMQ_API_PASSWORD'] ?? '')).toBe(false);
  for (const password of Object.values(made)) {
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(out + errors).not.toContain(password);
  }
  expect(errors).toContain(secrets);
});

it('keeps the passwords that the file has, and everything else in it', () => {
  const secrets = join(folder, '.env');
  writeFileSync(
    secrets,
    '# ours\nCOMFYUI_URLS=http://gpu:8188\nRABBITMQ_API_PASSWORD=an-old-one-of-the-api',
    {
      mode: 0o644,
    },
  );
  printDefinitions(flags({ secrets }));
  const text = readFileSync(secrets, 'utf8');
  expect(text).toMatch(
    /^# ours\nCOMFYUI_URLS=http:\/\/gpu:8188\nRABBITMQ_API_PASSWORD=an-old-one-of-the-api\n/,
  );
  expect(statSync(secrets).mode & 0o777).toBe(0o600);
  expect(takes(printed(), 'api', 'an-old-one-of-the-api')).toBe(true);
  out = '';
  printDefinitions(flags({ secrets }));
  expect(readFileSync(secrets, 'utf8')).toBe(text);
});

it('takes a password from its setting first, and leaves that out of the file', () => {
  const secrets = join(folder, '.env');
  vi.stubEnv('RABBITMQ_API_PASSWORD', 'the-one-of-the-environment');
  printDefinitions(flags({ secrets }));
  expect(takes(printed(), 'api', 'the-one-of-the-environment')).toBe(true);
  expect(readFileSync(secrets, 'utf8')).not.toContain('API');
});

it('names what is missing where it may not make anything up, and prints nothing', () => {
  expect(() => printDefinitions(flags({ publisher: ['shop'] }))).toThrow(
    /RABBITMQ_API_PASSWORD.*RABBITMQ_PUBLISHER_SHOP_PASSWORD.*--secrets FILE/,
  );
  expect(out).toBe('');
});

it.each(['guest', 'short', 'with a space in it, long', 'p@ss/word:long-enough-one'])(
  'refuses the password %j without repeating it',
  (password) => {
    vi.stubEnv('RABBITMQ_WORKER_PASSWORD', password);
    const call = () => printDefinitions(flags({ secrets: join(folder, '.env') }));
    expect(call).toThrow('RABBITMQ_WORKER_PASSWORD');
    expect(call).not.toThrow(password);
  },
);

it('refuses a password in the file that is none', () => {
  const secrets = join(folder, '.env');
  writeFileSync(secrets, 'RABBITMQ_API_PASSWORD=changeme\n');
  expect(() => printDefinitions(flags({ secrets }))).toThrow('RABBITMQ_API_PASSWORD');
  expect(out).toBe('');
});

it('writes a file that RabbitMQ may read as another user', () => {
  const file = join(folder, 'definitions.json');
  printDefinitions(flags({ secrets: join(folder, '.env'), out: file }));
  expect(out).toBe('');
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('users');
});

it('has neither guest nor an administrator, and each virtual host its policies', () => {
  printDefinitions(flags({ secrets: join(folder, '.env'), plainPublisher: ['old'] }));
  const { users, vhosts, permissions, policies } = printed();
  expect(users.map(({ name }) => name)).toEqual(['api', 'worker', 'bridge', 'operator', 'old']);
  expect(users.flatMap(({ tags }) => tags)).toEqual(['monitoring']);
  expect(vhosts.map(({ name }) => name)).toEqual(['photo-repair', 'photo-repair-intake']);
  expect(permissions.filter(({ user }) => user === 'old')).toEqual([
    { user: 'old', vhost: 'photo-repair-intake', configure: '.*', write: '.*', read: '.*' },
  ]);
  for (const { name } of vhosts) {
    expect(policies.filter(({ vhost }) => vhost === name).map((policy) => policy.definition)).toEqual([
      { 'alternate-exchange': 'photo_repair.unrouted' },
      { 'max-length': 100_000, overflow: 'reject-publish' },
      { 'max-length': 100_000 },
    ]);
  }
});

it('writes what our programs read from files, into a folder that its owner alone may enter', () => {
  const secrets = join(folder, '.env');
  const urlFiles = join(folder, 'secrets');
  printDefinitions(flags({ secrets, urlFiles, publisher: ['shop'] }));
  expect(statSync(urlFiles).mode & 0o777).toBe(0o700);
  const made = parseEnv(readFileSync(secrets, 'utf8'));
  const expected = [
    ['api_amqp_intake_url', 'api', 'photo-repair-intake'],
    ['api_amqp_url', 'api', 'photo-repair'],
    ['bridge_amqp_url', 'bridge', 'photo-repair'],
    ['operator_amqp_url', 'operator', 'photo-repair'],
    ['worker_amqp_url', 'worker', 'photo-repair'],
  ] as const;
  expect(readdirSync(urlFiles)).toEqual(expected.map(([file]) => file));
  for (const [file, user, vhost] of expected) {
    const password = made[`RABBITMQ_${user.toUpperCase()}_PASSWORD`];
    expect(readFileSync(join(urlFiles, file), 'utf8')).toBe(
      `amqp://${user}:${password}@broker:5672/${vhost}\n`,
    );
    expect(errors + out).not.toContain(password);
  }
  printDefinitions(flags({ secrets, urlFiles, host: '[::1]:5671' }));
  expect(readFileSync(join(urlFiles, 'api_amqp_url'), 'utf8')).toContain('@[::1]:5671/photo-repair\n');
});

it.each(['', 'a b', 'host/vhost', 'user@host', 'host:port'])(
  'refuses %j as the host of the broker',
  (host) => {
    expect(() => printDefinitions(flags({ secrets: join(folder, '.env'), host }))).toThrow('--host');
  },
);
