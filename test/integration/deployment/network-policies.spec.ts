import { describe, expect, it } from 'vitest';
import { renderKustomization } from './kustomize.js';
import { NetworkModel, type Party } from './network-model.js';
import { OVERLAYS, renderOverlay, workloadsOf } from './pods.js';

const named = (name: string, extra: Record<string, string> = {}) => ({
  'kubernetes.io/metadata.name': name,
  ...extra,
});

/** Who may be there beside our own pods. */
const OTHERS: Party[] = [
  { name: 'prometheus', labels: { 'app.kubernetes.io/name': 'prometheus' }, namespace: named('monitoring') },
  { name: 'entrance', labels: {}, namespace: named('ingress-nginx', { 'photo-repair/entrance': 'true' }) },
  { name: 'storage', labels: {}, namespace: named('storage', { 'photo-repair/storage': 'true' }) },
  { name: 'redis', labels: {}, namespace: named('redis', { 'photo-repair/redis': 'true' }) },
  { name: 'names', labels: { 'k8s-app': 'kube-dns' }, namespace: named('kube-system') },
  { name: 'stranger', labels: {} },
  // Calls itself what a worker is called, in a namespace of its own.
  {
    name: 'impostor',
    labels: { 'app.kubernetes.io/name': 'photo-repair-worker' },
    namespace: named('elsewhere'),
  },
  { name: 'internet', labels: {}, namespace: {} },
];
const PORTS = [53, 443, 3000, 3001, 3201, 4369, 5432, 5672, 6379, 8188, 8190, 8333, 15672, 15692, 25672];

/** Every way that is open, as `from -> to:port`; among those outside nothing is ours to say. */
function openWays(all: ReturnType<typeof renderOverlay>): string[] {
  const model = new NetworkModel(all, named('photo-repair'));
  const own: Party[] = workloadsOf(all).map(({ name, labels }) => ({ name, labels }));
  const everybody = [...own, ...OTHERS];
  return everybody.flatMap((from) =>
    everybody
      .filter((to) => from.namespace === undefined || to.namespace === undefined)
      .flatMap((to) =>
        PORTS.filter((port) => model.reaches(from, to, port)).map(
          (port) => `${from.name} -> ${to.name}:${port}`,
        ),
      ),
  );
}

const BASE = [
  'api -> rabbitmq:5672',
  'worker -> rabbitmq:5672',
  'rabbitmq -> rabbitmq:4369',
  'rabbitmq -> rabbitmq:25672',
  'prometheus -> api:3000',
  'prometheus -> worker:3001',
  'prometheus -> rabbitmq:15692',
  'entrance -> api:3000',
  'api -> names:53',
  'worker -> names:53',
  'rabbitmq -> names:53',
];
const WAYS = {
  demo: [...BASE, 'worker -> engine:8190'],
  // ComfyUI is in the worker's own pod, where no policy is needed and nobody else comes.
  gpu: BASE,
  'scale-out': [...BASE, 'api -> storage:5432', 'api -> storage:8333', 'worker -> storage:8333'],
};

describe.each(OVERLAYS)('overlays/%s', (overlay) => {
  it('opens these ways and no others', () => {
    const ways = openWays(renderOverlay(overlay)).toSorted();
    expect(ways).toEqual(WAYS[overlay].toSorted());
  });
});

it('with the bridge these come in addition', () => {
  const before = renderOverlay('demo');
  const all = renderKustomization('deploy/kubernetes/components/bridge', before);
  const more = openWays(all).filter((way) => !WAYS.demo.includes(way));
  const expected = [
    'bridge -> api:3000',
    'bridge -> names:53',
    'bridge -> rabbitmq:5672',
    'bridge -> redis:6379',
    'prometheus -> bridge:3201',
  ];
  expect(more.toSorted()).toEqual(expected.toSorted());
});

it('without the policies everything would be open', () => {
  const all = renderOverlay('demo').filter(({ kind }) => kind !== 'NetworkPolicy');
  expect(openWays(all)).toContain('stranger -> engine:8190');
});
