import { loadCatalog } from '@app/workflow-catalog';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnv as readApiEnv } from '../../../apps/api/src/env.js';
import { readEnv as readBridgeEnv } from '../../../apps/bridge/src/env.js';
import { readEnv as readEngineEnv } from '../../../apps/engine/src/env.js';
import { takenTypes } from '../../../apps/worker/src/broker/taken-types.js';
import { readEnv as readWorkerEnv } from '../../../apps/worker/src/env.js';
import {
  interpolate,
  readComposeFile,
  readText,
  repository,
  variablesIn,
  type Service,
} from './compose-file.js';
import { readStages } from './dockerfile.js';

const { services, volumes, networks } = readComposeFile();
const all = Object.entries(services);
const programs = all.filter(([, service]) => service.build !== undefined);
const workers = programs.filter(([, service]) => service.build?.target === 'worker');
const PASSWORDS = ['API', 'WORKER', 'BRIDGE'].map((name) => `RABBITMQ_${name}_PASSWORD`);
const SETTINGS = {
  ...Object.fromEntries(PASSWORDS.map((name) => [name, `p4ss-${name}`])),
  COMFYUI_URLS: 'http://engine:8190',
};
const READERS: Record<string, (env: Record<string, string>) => unknown> = {
  api: readApiEnv,
  worker: readWorkerEnv,
  bridge: readBridgeEnv,
  engine: readEngineEnv,
};

const environmentOf = (service: Service | undefined) =>
  Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([name, value]) => [name, interpolate(value, SETTINGS)]),
  );
const seconds = (text: string | undefined) => Number(/^(\d+)s$/.exec(text ?? '')?.[1]);
const volumeAt = (service: Service | undefined, path: string) =>
  service?.volumes?.find((volume) => volume.split(':')[1] === path)?.split(':')[0];

describe('docker-compose.yml', () => {
  it('has the parts of the system', () => {
    expect(Object.keys(services)).toEqual(['rabbitmq', 'api', 'worker', 'bridge', 'engine']);
    expect(services['rabbitmq']?.image).toMatch(/^rabbitmq:4\S*-management$/);
    expect(services['rabbitmq']?.hostname).toBe('rabbitmq');
    expect(services['engine']?.profiles).toEqual(['demo']);
    expect(services['bridge']?.profiles).toEqual(['redis']);
  });

  it.each(all)('%s has a health check, and is started again when it ends', (_, service) => {
    expect(service.healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
    expect(service.healthcheck).toMatchObject({
      retries: expect.any(Number),
      start_period: expect.any(String),
    });
    expect(seconds(service.healthcheck?.timeout)).toBeLessThanOrEqual(seconds(service.healthcheck?.interval));
    expect(service.restart).toBe('unless-stopped');
  });

  it.each(all)('%s waits until what it needs is well', (_, service) => {
    for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(services[name]?.healthcheck).toBeDefined();
      expect(condition).toBe('service_healthy');
    }
  });

  it('makes nobody wait for a service of a profile that is off', () => {
    const optional = all.flatMap(([, { depends_on = {} }]) =>
      Object.entries(depends_on).filter(([name]) => services[name]?.profiles !== undefined),
    );
    expect(optional).toHaveLength(workers.length);
    for (const [, dependency] of optional) expect(dependency.required).toBe(false);
  });

  it.each(all)('%s is reachable from this machine only', (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(service.privileged).toBeUndefined();
  });

  it('asks RabbitMQ as its handbook says', () => {
    expect(services['rabbitmq']?.healthcheck?.test).toEqual([
      'CMD-SHELL',
      'rabbitmq-diagnostics -q check_running && rabbitmq-diagnostics -q check_local_alarms',
    ]);
  });

  it("gives RabbitMQ's management page what it needs to move messages, beside the image's own plugins", () => {
    expect(volumeAt(services['rabbitmq'], '/etc/rabbitmq/enabled_plugins')).toBe(
      './deploy/rabbitmq/enabled_plugins',
    );
    // An Erlang list of atoms with a full stop: what is not one keeps RabbitMQ from starting.
    const [, list] = /^\[([a-z_,]+)\]\.\n$/.exec(readText('deploy/rabbitmq/enabled_plugins')) ?? [];
    expect(list?.split(',')).toEqual([
      'rabbitmq_management',
      'rabbitmq_prometheus',
      'rabbitmq_shovel',
      'rabbitmq_shovel_management',
    ]);
  });

  it('uses only volumes, networks and files that there are', () => {
    const used = all.flatMap(([, service]) =>
      (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? ''),
    );
    const files = used.filter((source) => source.startsWith('.'));
    expect(files.filter((file) => !existsSync(new URL(file, repository)))).toEqual([]);
    expect(new Set(used.filter((source) => !files.includes(source)))).toEqual(new Set(Object.keys(volumes)));
    expect(new Set(all.flatMap(([, service]) => service.networks))).toEqual(new Set(Object.keys(networks)));
  });
});

describe('secrets', () => {
  it('have no default: without them Compose stops with a sentence', () => {
    const secret = variablesIn(readText('docker-compose.yml')).filter(({ name }) =>
      [...PASSWORDS, 'COMFYUI_URLS'].includes(name),
    );
    expect(secret.length).toBeGreaterThanOrEqual(5);
    for (const { sign, rest } of secret) {
      expect(sign).toBe('?');
      expect(rest).toContain('deploy/README.md');
    }
  });

  it('stand in no file: every user and password is a variable', () => {
    const text = readText('docker-compose.yml');
    expect(text).not.toMatch(/amqps?:\/\/(?!\w+:\$\{)/);
    for (const [, name, value] of text.matchAll(/^\s*(\w*(?:PASS|USER|SECRET|TOKEN|KEY)\w*):\s*(\S+)/gm)) {
      expect(`${name} ${value}`).toMatch(/ \$\{\w+:\?/);
    }
    expect(services['rabbitmq']?.environment).toBeUndefined();
  });

  it('and every other variable are explained in deploy/README.md', () => {
    const explained = readText('deploy/README.md');
    const missing = variablesIn(readText('docker-compose.yml')).filter(
      ({ name }) => !explained.includes(`\`${name}\``),
    );
    expect(missing).toEqual([]);
  });
});

describe.each(programs)('%s', (_, service) => {
  const target = service.build?.target ?? '';

  it('is built from a target of the Dockerfile', () => {
    expect(readStages().map(({ name }) => name)).toContain(target);
    expect(service.build?.context).toBe('.');
  });

  it('has a read-only file system and no privileges', () => {
    expect(service.read_only).toBe(true);
    expect(service.tmpfs).toEqual(['/tmp']);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.user).toBeUndefined();
  });

  it('sets only what the program knows, to values that it takes', () => {
    const source = readText(`apps/${target}/src/env.ts`);
    const known = [...source.matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);
    const environment = environmentOf(service);
    expect(Object.keys(environment).filter((name) => !known.includes(name))).toEqual([]);
    expect(() => READERS[target]?.(environment)).not.toThrow();
    expect(READERS[target]).toBeDefined();
  });

  it('is checked at the port on which it listens', () => {
    const port = Object.entries(environmentOf(service)).find(([name]) => name.endsWith('_PORT'))?.[1];
    const url = new URL(service.healthcheck?.test.at(-1) ?? '');
    expect(url.port).toBe(port);
    expect(url.pathname).toMatch(/^\/(readyz|system_stats)$/);
    for (const published of service.ports ?? []) expect(published.split(':').at(-1)).toBe(port);
  });

  it('may finish what it holds before it is killed', () => {
    const grace = seconds(environmentOf(service)['SHUTDOWN_GRACE']);
    expect(grace).toBeGreaterThan(0);
    expect(seconds(service.stop_grace_period)).toBeGreaterThan(grace);
  });

  it('writes only into its volume', () => {
    const { DATA_DIR, ENGINE_DIR } = environmentOf(service);
    expect(volumeAt(service, DATA_DIR ?? ENGINE_DIR ?? '')).toBe(target === 'engine' ? 'engine' : 'photos');
  });
});

describe('the workers', () => {
  it('have at least two minutes to finish a photo', () => {
    for (const [, service] of workers) expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(120);
  });

  it('take every task type of the catalog, with the same workflows as the API', () => {
    const catalog = loadCatalog(new URL('workflows', repository).pathname);
    const offered = catalog.types().map(({ view }) => view.type);
    const taken = workers.flatMap(([, service]) =>
      takenTypes(readWorkerEnv(environmentOf(service)).taskTypes, catalog),
    );
    expect(offered.length).toBeGreaterThanOrEqual(5);
    expect(taken.toSorted()).toEqual(offered.toSorted());
    for (const name of ['api', ...workers.map(([name]) => name)]) {
      expect(volumeAt(services[name], '/app/workflows')).toBe('./workflows');
    }
  });

  it('are the only ones beside the engine in its network', () => {
    const there = all
      .filter(([, { networks: names = [] }]) => names.includes('engines'))
      .map(([name]) => name);
    expect(there).toEqual(['worker', 'engine']);
  });
});
