import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { planUsers } from '../../../apps/cli/src/rabbitmq/broker-users.js';
import { PrivateNodeFiles } from '../../../apps/cli/src/broker/private-node.files.js';
import { privateDefinitions } from '../../../apps/cli/src/broker/private-definitions.js';
import { readComposeFile, readText, repository } from './compose-file.js';

/** Settings that we ship; text for people is read elsewhere. */
const shipped = [
  'docker-compose.yml',
  'docker-compose.scale-out.yml',
  'Dockerfile',
  ...readdirSync(new URL('deploy', repository), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md') && entry.name !== 'definitions.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(new URL('.', repository).pathname.length)),
];
/** What they say, without comments, and without what has to be set from outside. */
const settingsOf = (path: string) =>
  readText(path)
    .replaceAll(/^\s*(#|%|\/\/).*$/gm, '')
    .replaceAll(/\$\{\w+:\?[^}]*\}/g, '$SET');

it('looks at every file of settings', () => {
  expect(shipped).toEqual(
    expect.arrayContaining([
      'docker-compose.yml',
      'docker-compose.scale-out.yml',
      'deploy/make-secrets.sh',
      'deploy/rabbitmq/photo-repair.conf',
      'deploy/kubernetes/base/api.yaml',
      'deploy/systemd/photo-repair-api.service',
    ]),
  );
});

describe.each(shipped)('%s', (path) => {
  const text = settingsOf(path);

  it('has no default password', () => {
    const values = [
      ...text.matchAll(
        /(?:pass|passwd|password|secret|token|cookie)["']?[ \t]*[:=][ \t]*["']?([^\n"',}]+)/gi,
      ),
    ];
    // A file that is named, a switch, and what has to be set from outside are no passwords.
    const harmless = /^(\$SET|true|false|\{ file: \.\/secrets\/\S+ ?)$/;
    expect(values.map(([, value = '']) => value.trim()).filter((value) => !harmless.test(value))).toEqual([]);
    expect(text).not.toMatch(/\b(changeme|change-me|s3cret|admin:admin|minioadmin|123456)\b/i);
    expect(text).not.toMatch(/RABBITMQ_DEFAULT_(USER|PASS)|default_(user|pass)/);
    expect(text).not.toMatch(/:\/\/[^\s:/@]+:(?!\$SET@)[^\s@/]+@/);
  });

  it('lets guest in from loopback at most', () => {
    expect(text).not.toMatch(/loopback_users(\s*=\s*none|\.guest\s*=\s*false)/);
    const mentions = text.split('\n').filter((line) => /\bguest\b/.test(line));
    expect(mentions.filter((line) => line.trim() !== 'loopback_users.guest = true')).toEqual([]);
  });

  it('shows no management page to other machines', () => {
    expect(text).not.toMatch(/management\.(tcp|ssl)\.(ip|port|listener)/);
    expect(text).not.toMatch(/(^|["'\s-])0\.0\.0\.0:\d+|network_mode:\s*["']?host/m);
    expect(text).not.toMatch(/hostNetwork: true|hostPort:|type: (NodePort|LoadBalancer)|externalIPs/);
  });

  it('publishes no ComfyUI and no engine', () => {
    expect(text).not.toMatch(/--listen[ =]0\.0\.0\.0|["'\s:](8188|8190):(8188|8190)/);
  });
});

describe.each([
  { files: ['docker-compose.yml'], api: 'api' },
  { files: ['docker-compose.yml', 'docker-compose.scale-out.yml'], api: 'entrance' },
])('what $files publish', ({ files, api }) => {
  const published = Object.entries(readComposeFile(...files).services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => ({ name, port })),
  );

  it('is on loopback, and neither an engine nor a store nor Redis nor the bridge', () => {
    const names = ['rabbitmq', 'prometheus', 'alertmanager', 'grafana', api];
    expect(new Set(published.map(({ name }) => name))).toEqual(new Set(names));
    for (const { port } of published) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('the definitions', () => {
  it('have no guest and no administrator', () => {
    const users = planUsers(['shop'], ['old']);
    expect(users.map(({ name }) => name)).not.toContain('guest');
    expect(users.flatMap(({ tags }) => tags)).not.toContain('administrator');
  });
});

describe('the node of `npm start`', () => {
  const folder = () => {
    const dir = mkdtempSync(join(tmpdir(), 'node-settings-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    return new PrivateNodeFiles(dir);
  };

  it('listens on loopback with everything', () => {
    const files = folder();
    files.writeSettings({ amqp: 1, management: 2, prometheus: 3, distribution: 4, epmd: 5 });
    const text = readFileSync(files.configFile, 'utf8');
    const addresses = [...text.matchAll(/^(\S+\.ip|listeners\.\S+) = (\S+)$/gm)];
    expect(addresses.map(([, name]) => name)).toEqual([
      'listeners.tcp.default',
      'management.tcp.ip',
      'prometheus.tcp.ip',
    ]);
    for (const [, , address] of addresses) expect(address).toMatch(/^127\.0\.0\.1(:1)?$/);
    expect(text).not.toMatch(/loopback_users|default_pass/);
  });

  it('lets guest into the virtual host of other systems alone, with no sight of the management page', () => {
    const { users, permissions } = privateDefinitions('photo-repair', 'a password');
    expect(users.find(({ name }) => name === 'guest')?.tags).toEqual([]);
    expect(permissions.filter(({ user }) => user === 'guest').map(({ vhost }) => vhost)).toEqual(['/']);
  });
});
