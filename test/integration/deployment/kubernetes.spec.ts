import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, PersistentVolumeClaim, Service } from 'kubernetes-models/v1';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { readComposeFile, readText, repository } from '../compose/compose-file.js';
import { durationMs } from '@app/runtime';
import { openSecrets, READERS, unknownSettings, type Program } from './known-settings.js';
import type { Manifest } from './kustomize.js';
import { makeSecrets } from './made-secrets.js';
import {
  containersOf,
  environmentOf,
  OVERLAYS,
  renderOverlay,
  workloadsOf,
  type Container,
  type Workload,
} from './pods.js';

const made = makeSecrets();
afterAll(made.remove);

/** What Kubernetes, KEDA and the Prometheus operator take, by kind. */
const MODELS: Record<string, new (data: never) => { validate(): void }> = {
  ConfigMap,
  Deployment,
  Namespace,
  NetworkPolicy,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  PodMonitor,
  ScaledObject,
  Service,
  StatefulSet,
};

const seconds = (text: string | undefined) => durationMs('0s').parse(text) / 1000;
const programOf = ({ name }: Container) => (name in READERS ? (name as Program) : undefined);

it('every folder is a part of an overlay, but for the bridge, which is put in by hand', () => {
  const used = OVERLAYS.flatMap((overlay) => {
    const { components } = parse(readText(`deploy/kubernetes/overlays/${overlay}/kustomization.yaml`)) as {
      components: string[];
    };
    return components.map((path) => path.split('/').at(-1));
  });
  const there = readdirSync(new URL('deploy/kubernetes/components', repository));
  expect(there.filter((each) => !used.includes(each))).toEqual(['bridge']);
});

describe.each(OVERLAYS)('overlays/%s', (overlay) => {
  const all = renderOverlay(overlay);
  const workloads = workloadsOf(all);
  const containers = workloads.flatMap((workload) =>
    containersOf(workload).map((container) => ({ workload, container })),
  );
  const ours = containers.filter(({ container }) => programOf(container) !== undefined);
  const named = (kind: string) =>
    all.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);

  it('is what Kubernetes takes', () => {
    for (const manifest of all) {
      const Model = MODELS[manifest.kind];
      if (Model === undefined) throw new Error(`no schema for ${manifest.kind}`);
      expect(
        () => new Model(manifest as never).validate(),
        `${manifest.kind} ${manifest.metadata.name}`,
      ).not.toThrow();
    }
    const outside = all.filter(({ metadata }) => metadata.namespace !== 'photo-repair');
    expect(outside.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
      ['Namespace', 'photo-repair'],
    ]);
    expect(new Set(all.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(all.length);
  });

  it('has the parts of the system', () => {
    const engine = overlay === 'demo' ? ['engine'] : [];
    expect(new Set(workloads.map(({ name }) => name))).toEqual(
      new Set(['api', 'worker', 'rabbitmq', ...engine]),
    );
    const replicas = Object.fromEntries(workloads.map((workload) => [workload.name, workload.replicas]));
    expect(replicas).toMatchObject(
      overlay === 'scale-out'
        ? { api: 2, rabbitmq: 3, worker: undefined }
        : { api: 1, rabbitmq: 1, worker: 1 },
    );
  });

  it.each(ours.map(({ workload, container }) => [container.name, workload, container] as const))(
    '%s is given only settings that it knows, to values that it takes',
    (_, workload, container) => {
      const program = programOf(container) as Program;
      const environment = environmentOf(container);
      expect(unknownSettings(program, Object.keys(environment))).toEqual([]);
      expect(() => READERS[program](withSecrets(environment, workload, container))).not.toThrow();
      expect(openSecrets(environment, /^\/run\/secrets\/photo-repair\/\w+$/)).toEqual([]);
    },
  );

  it.each(ours.map(({ workload, container }) => [container.name, workload, container] as const))(
    '%s is asked where it listens and has time to finish',
    (name, workload, container) => {
      const environment = environmentOf(container);
      const port = Object.entries(environment).find(([key]) => key.endsWith('_PORT'))?.[1];
      expect(container.ports).toEqual([{ name: 'http', containerPort: Number(port) }]);
      const engine = name === 'engine';
      const { startupProbe, livenessProbe, readinessProbe } = container;
      const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => [
        probe?.httpGet?.path,
        probe?.httpGet?.port,
      ]);
      expect(paths.map(([path]) => path)).toEqual(
        engine ? ['/system_stats', '/system_stats', '/system_stats'] : ['/livez', '/livez', '/readyz'],
      );
      expect(new Set(paths.map(([, at]) => at))).toEqual(new Set(['http']));
      for (const probe of [startupProbe, livenessProbe, readinessProbe])
        expect(probe?.timeoutSeconds).toBeGreaterThan(1);
      const closing = name === 'worker' ? 10 : 0;
      const before = container.lifecycle?.preStop.sleep.seconds ?? 0;
      expect(workload.pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
        seconds(environment['SHUTDOWN_GRACE']) + closing + before + 5,
      );
      // Else a Service's name would become a setting: API_PORT=tcp://…
      expect(workload.pod.enableServiceLinks).toBe(false);
      expect(workload.pod.automountServiceAccountToken).toBe(false);
    },
  );

  it.each(containers.map(({ workload, container }) => [container.name, workload, container] as const))(
    '%s has no more power than it needs',
    (name, { pod }, { securityContext: own, resources }) => {
      expect(own.allowPrivilegeEscalation).toBe(false);
      expect(pod.securityContext.seccompProfile?.type).toBe('RuntimeDefault');
      expect(resources.limits['memory']).toBeDefined();
      expect(resources.requests?.['cpu']).toBeDefined();
      // Nothing is known of the image that is brought.
      if (name === 'comfyui') return;
      expect(own.readOnlyRootFilesystem).toBe(true);
      expect(own.capabilities).toEqual({ drop: ['ALL'] });
      expect(own.runAsNonRoot ?? pod.securityContext.runAsNonRoot).toBe(true);
      expect(own.runAsUser ?? pod.securityContext.runAsUser).toBeGreaterThan(0);
    },
  );

  it('is refused by Kubernetes where it becomes careless, as far as the image that is brought allows', () => {
    const [namespace] = all.filter(({ kind }) => kind === 'Namespace');
    const level = namespace?.metadata.labels?.['pod-security.kubernetes.io/enforce'];
    expect(level).toBe(overlay === 'demo' ? 'restricted' : 'baseline');
  });

  it('has images of a version, ours and the one to bring from a registry that has to be named', () => {
    for (const { container } of containers) {
      const { image } = container;
      expect(image).toMatch(/:[\w.-]+$/);
      expect(image).not.toMatch(/:latest$/);
    }
    const foreign = containers.filter(
      ({ container }) => !/^your-registry\.invalid\/[\w-]+:/.test(container.image),
    );
    expect(new Set(foreign.map(({ workload }) => workload.name))).toEqual(new Set(['rabbitmq']));
    const { image } = readComposeFile().services['rabbitmq'] ?? {};
    expect(new Set(foreign.map(({ container }) => container.image))).toEqual(new Set([image]));
  });

  it('mounts what there is, and every secret is one that the commands make', () => {
    for (const workload of workloads) {
      const volumes = new Set([...workload.pod.volumes.map(({ name }) => name), ...workload.claims]);
      const mounts = containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts);
      expect(new Set(mounts.map(({ name }) => name))).toEqual(volumes);
      const { pod } = workload;
      const claims = pod.volumes.flatMap(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
      );
      expect(named('PersistentVolumeClaim')).toEqual(expect.arrayContaining(claims));
      const maps = pod.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
      expect(named('ConfigMap')).toEqual(expect.arrayContaining(maps));
      const secrets = pod.volumes.flatMap(({ secret }) => secret ?? []);
      expect(secrets.filter(({ secretName }) => secretName !== 'photo-repair')).toEqual([]);
      const keys = secrets.flatMap(({ items }) => items.map(({ key }) => key));
      expect([...made.names, 'definitions.json']).toEqual(expect.arrayContaining(keys));
      // Each of our programs has a login of its own.
      const owners = keys.flatMap((key) => /^(api|worker|bridge)_/.exec(key)?.[1] ?? []);
      expect(owners.filter((owner) => owner !== workload.name)).toEqual([]);
    }
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('keeps photos where every pod that may be on another node finds them', () => {
    const shared = workloads.filter(({ pod }) => pod.volumes.some((volume) => volume.persistentVolumeClaim));
    expect(shared.map(({ name }) => name)).toEqual(overlay === 'scale-out' ? [] : ['api', 'worker']);
    const stores = ours
      .filter(({ container }) => container.name !== 'engine')
      .map(({ container }) => {
        const { ARTIFACT_STORE, S3_ENDPOINT } = environmentOf(container);
        return [ARTIFACT_STORE, S3_ENDPOINT];
      });
    expect(new Set(stores.map((store) => JSON.stringify(store))).size).toBe(1);
    expect(stores[0]?.[0]).toBe(overlay === 'scale-out' ? 's3://photo-repair' : undefined);
  });

  it('lets two instances of the API be there together only with a database for both', () => {
    const api = workloads.find(({ name }) => name === 'api') as Workload;
    const environment = environmentOf(api.pod.containers[0] as Container);
    const isShared = 'DATABASE_URL_FILE' in environment && 'INSTALLATION_SECRET_FILE' in environment;
    expect([api.replicas, api.strategy?.type]).toEqual(isShared ? [2, 'RollingUpdate'] : [1, 'Recreate']);
  });

  it('has the same kind of queues in every program', () => {
    const kinds = ours
      .filter(({ container }) => container.name !== 'engine')
      .map(({ container }) => environmentOf(container)['AMQP_QUEUE_TYPE']);
    expect(new Set(kinds)).toEqual(new Set([overlay === 'scale-out' ? 'quorum' : undefined]));
  });

  it('has a budget for what lasts, so that nodes are emptied one pod at a time', () => {
    const budgets = all.filter(({ kind }) => kind === 'PodDisruptionBudget') as (Manifest & {
      spec: { maxUnavailable: number; selector: { matchLabels: Record<string, string> } };
    })[];
    expect(new Set(budgets.map(({ metadata }) => metadata.name))).toEqual(
      new Set(['api', 'worker', 'rabbitmq']),
    );
    for (const { metadata, spec } of budgets) {
      expect(spec.maxUnavailable).toBe(1);
      expect(workloads.find(({ name }) => name === metadata.name)?.labels).toMatchObject(
        spec.selector.matchLabels,
      );
    }
  });

  it('finds each Service among its pods, at a port that they have', () => {
    const services = all.filter(({ kind }) => kind === 'Service') as (Manifest & {
      spec: { selector: Record<string, string>; ports: { port: number; targetPort: string }[] };
    })[];
    for (const { spec } of services) {
      const behind = workloads.filter(({ labels }) =>
        Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
      );
      expect(behind).toHaveLength(1);
      const ports = behind.flatMap(({ pod }) => pod.containers.flatMap(({ ports: open = [] }) => open));
      for (const { port, targetPort } of spec.ports) {
        expect(ports.find(({ name }) => name === targetPort)?.containerPort).toBe(port);
      }
    }
    const hosts = ['broker', ...(overlay === 'demo' ? ['engine'] : [])];
    for (const host of hosts) expect(named('Service')).toContain(host);
  });

  it('gives each worker an engine', () => {
    const worker = workloads.find(({ name }) => name === 'worker') as Workload;
    const urls = environmentOf(worker.pod.containers[0] as Container)['COMFYUI_URLS'];
    expect(urls).toBe(overlay === 'demo' ? 'http://engine:8190' : 'http://127.0.0.1:8188');
    const sidecar = worker.pod.initContainers?.find(({ name }) => name === 'comfyui');
    // With this policy it is started before the worker, and stopped after it, which is when its last photo is finished.
    const found = sidecar && [
      sidecar.restartPolicy,
      sidecar.resources.limits['nvidia.com/gpu'],
      sidecar.ports,
    ];
    expect(found).toEqual(overlay === 'demo' ? undefined : ['Always', 1, undefined]);
  });

  it('names the nodes of RabbitMQ as their pods are called', () => {
    const rabbitmq = workloads.find(({ name }) => name === 'rabbitmq') as Workload;
    const container = rabbitmq.pod.containers[0] as Container;
    const conf = container.volumeMounts?.find(({ subPath }) => subPath === 'cluster-kubernetes.conf');
    expect(conf === undefined).toBe(overlay !== 'scale-out');
    const pattern = environmentOf(container)['RABBITMQ_NODENAME'] ?? '';
    const nodes = Array.from({ length: 3 }, (_, index) =>
      pattern.replace('$(POD_NAME)', `rabbitmq-${index}`),
    );
    const listed = readText('deploy/rabbitmq/cluster-kubernetes.conf').matchAll(/nodes\.\d = (\S+)/g);
    expect([...listed].map(([, node]) => node)).toEqual(nodes);
    expect(named('Service')).toContain(pattern.split('.').at(-1));
  });
});

/** With the files that its secrets would be mounted as. */
function withSecrets(environment: Record<string, string>, { pod }: Workload, container: Container) {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      if (!name.endsWith('_FILE')) return [name, value];
      const mount = container.volumeMounts?.find(({ mountPath }) => value.startsWith(`${mountPath}/`));
      const items = pod.volumes.find((volume) => volume.name === mount?.name)?.secret?.items ?? [];
      const item = items.find(({ path }) => value === `${mount?.mountPath}/${path}`);
      return [name, join(made.folder, item?.key ?? 'not-mounted')];
    }),
  );
}
