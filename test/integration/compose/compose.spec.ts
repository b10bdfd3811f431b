import { loadCatalog } from '@app/workflow-catalog';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { takenTypes } from '../../../apps/worker/src/broker/taken-types.js';
import { readEnv as readWorkerEnv } from '../../../apps/worker/src/env.js';
import { openSecrets, READERS, unknownSettings, type Program } from '../deployment/known-settings.js';
import { makeSecrets } from '../deployment/made-secrets.js';
import {
  interpolate,
  networksOf,
  readComposeFile,
  readText,
  repository,
  variablesIn,
  type Service,
} from './compose-file.js';
import { readStages } from './dockerfile.js';
import { settleSecrets } from './settle-secrets.js';

const ALONE = ['docker-compose.yml'];
const SCALED = ['docker-compose.yml', 'docker-compose.scale-out.yml'];
const SETTINGS = { COMFYUI_URLS: 'http://engine:8190' };

const made = makeSecrets();
afterAll(made.remove);

describe.each([{ files: ALONE }, { files: SCALED }])('$files', ({ files }) => {
  const file = readComposeFile(...files);
  const { services, volumes, networks } = file;
  const all = Object.entries(services);
  const programs = all.filter(([, service]) => service.build !== undefined);
  const workers = programs.filter(([, service]) => service.build?.target === 'worker');
  const text = files.map(readText).join('\n');
  const isScaled = files === SCALED;

  const environmentOf = (service: Service | undefined) => {
    const entries = Object.entries(service?.environment ?? {});
    return settleSecrets(
      Object.fromEntries(entries.map(([name, value]) => [name, interpolate(value, SETTINGS)])),
      service?.secrets ?? [],
      file,
      made.folder,
    );
  };
  const seconds = (text: string | undefined) => Number(/^(\d+)s$/.exec(text ?? '')?.[1]);
  const volumeAt = (service: Service | undefined, path: string) =>
    service?.volumes?.find((volume) => volume.split(':')[1] === path)?.split(':')[0];

  describe('the services', () => {
    it('have the parts of the system, the profiles apart from each other', () => {
      const ofProfile = (profile?: string) =>
        all.filter(([, { profiles }]) => profiles?.[0] === profile).map(([name]) => name);
      const more = ['rabbitmq-2', 'rabbitmq-3', 'postgres', 's3', 's3-bucket', 'entrance'];
      expect(ofProfile()).toEqual(['rabbitmq', 'api', 'worker', ...(isScaled ? more : [])]);
      expect(ofProfile('redis')).toEqual(['bridge']);
      expect(ofProfile('demo')).toEqual(['engine']);
      expect(ofProfile('gpu')).toEqual(['comfyui']);
      expect(ofProfile('monitoring')).toEqual(['prometheus', 'alertmanager', 'grafana']);
    });

    it.each(all)('%s has an image of a version, and not of the day', (_, { build, image }) => {
      const ours = build === undefined ? [] : [`photo-repair-${build.target}`];
      const version = /^[a-z0-9/]+:v?\d+(\.\d+)*\S*$/;
      // Nobody can have it: the operator brings one.
      const brought = /^\$\{COMFYUI_IMAGE:-[\w-]+\.invalid\/comfyui\}$/;
      expect(ours.includes(image) || version.test(image) || brought.test(image)).toBe(true);
    });

    const lasting = all.filter(([, { restart }]) => restart !== 'no');
    it('run for good, but for the one that makes a bucket', () => {
      expect(all.filter((one) => !lasting.includes(one)).map(([name]) => name)).toEqual(
        isScaled ? ['s3-bucket'] : [],
      );
    });

    it.each(lasting)('%s has a health check, and is started again when it ends', (_, service) => {
      expect(service.healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
      expect(service.healthcheck).toMatchObject({
        retries: expect.any(Number),
        start_period: expect.any(String),
      });
      expect(seconds(service.healthcheck?.timeout)).toBeLessThanOrEqual(
        seconds(service.healthcheck?.interval),
      );
      expect(service.restart).toBe('unless-stopped');
    });

    it.each(all)('%s waits until what it needs is well', (_, service) => {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        const once = services[name]?.restart === 'no';
        expect(condition).toBe(once ? 'service_completed_successfully' : 'service_healthy');
        expect(services[name]?.healthcheck !== undefined).toBe(!once);
      }
    });

    it('makes nobody wait for a service of a profile that is off', () => {
      const optional = all.flatMap(([, { depends_on = {} }]) =>
        Object.entries(depends_on)
          .filter(([name]) => services[name]?.profiles?.[0] !== 'monitoring')
          .filter(([name]) => services[name]?.profiles !== undefined),
      );
      expect(optional.map(([name]) => name)).toEqual(['engine', 'comfyui']);
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
      const named = used.filter((source) => !source.startsWith('.') && !source.startsWith('/'));
      // Where photos are in S3 nobody mounts their volume; it is kept for the way back.
      expect(new Set([...named, ...(isScaled ? ['photos'] : [])])).toEqual(new Set(Object.keys(volumes)));
      expect(new Set(all.flatMap(([, service]) => networksOf(service)))).toEqual(
        new Set(Object.keys(networks)),
      );
    });
  });

  describe('secrets', () => {
    it('are files that the two commands make, each used, and by whom it is for alone', () => {
      const paths = Object.values(file.secrets).map((secret) => secret.file.replace('./secrets/', ''));
      // The one that a person makes, since the API has to run for it.
      expect(paths.filter((path) => !made.names.includes(path))).toEqual(['metrics_key']);
      expect(readText('deploy/README.md')).toContain('> secrets/metrics_key');
      const used = all.flatMap(([name, service]) =>
        (service.secrets ?? []).map((secret) => ({ name, secret })),
      );
      expect(new Set(used.map(({ secret }) => secret))).toEqual(new Set(Object.keys(file.secrets)));
      // Each of our programs has a login of its own.
      const ofOthers = used.filter(
        ({ name, secret }) => !secret.startsWith(`${name}_`) && /^(api|worker|bridge)_/.test(secret),
      );
      expect(ofOthers).toEqual([]);
      expect(readText('.gitignore').split('\n')).toContain('secrets/');
    });

    it('stand in no setting: a password comes from a file', () => {
      expect(text).not.toMatch(/\w+:\/\/[^\s/]*:[^\s/]*@/);
      for (const [, { environment = {}, secrets = [] }] of all) {
        expect(openSecrets(environment, /^\/run\/secrets\/\w+$/)).toEqual([]);
        const named = Object.values(environment).filter((value) => value.startsWith('/run/secrets/'));
        expect(secrets).toEqual(
          expect.arrayContaining(named.map((value) => value.replace('/run/secrets/', ''))),
        );
      }
    });

    it('and what else has to be set stop Compose with a sentence, and every variable is explained', () => {
      const explained = readText('deploy/README.md');
      const variables = variablesIn(text);
      expect(variables.filter(({ name }) => !explained.includes(`\`${name}\``))).toEqual([]);
      const needed = variables.filter(({ sign }) => sign === '?');
      expect(needed.map(({ name }) => name)).toEqual(['COMFYUI_URLS']);
      expect(needed[0]?.rest).toContain('deploy/README.md');
    });
  });

  describe.each(programs)('%s', (_, service) => {
    const target = service.build?.target as Program;

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
      expect(unknownSettings(target, Object.keys(service.environment ?? {}))).toEqual([]);
      expect(() => READERS[target](environmentOf(service))).not.toThrow();
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
      expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(grace + 10);
    });

    it('writes only into its volume', () => {
      const { DATA_DIR, ENGINE_DIR } = environmentOf(service);
      const folder = DATA_DIR ?? ENGINE_DIR ?? '';
      const ofItsOwn = isScaled && (target === 'api' || target === 'worker');
      const shared = target === 'engine' ? 'engine' : 'photos';
      expect(service.volumes).toContain(ofItsOwn ? folder : `${shared}:${folder}`);
    });
  });

  describe('the workers', () => {
    it('have at least two minutes to finish a photo', () => {
      for (const [, service] of workers)
        expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(120);
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
        .filter(([, service]) => networksOf(service).includes('engines'))
        .map(([name]) => name);
      expect(there).toEqual(['worker', 'engine', 'comfyui']);
      expect(networks['engines']?.internal).toBe(true);
      for (const name of ['engine', 'comfyui'])
        expect(networksOf(services[name] as Service)).toEqual(['engines']);
    });

    it('get a ComfyUI that has a card of this machine', () => {
      expect(services['comfyui']?.deploy?.resources?.reservations.devices).toEqual([
        { driver: 'nvidia', count: 1, capabilities: ['gpu'] },
      ]);
    });
  });
});
