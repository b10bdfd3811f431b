import { renderKustomization, type Manifest } from './kustomize.js';

export const OVERLAYS = ['demo', 'gpu', 'scale-out'] as const;

export interface Container {
  name: string;
  image: string;
  restartPolicy?: 'Always';
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  ports?: { name: string; containerPort: number }[];
  securityContext: SecurityContext;
  resources: { requests?: Record<string, string>; limits: Record<string, string | number> };
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
}

interface SecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  allowPrivilegeEscalation?: boolean;
  readOnlyRootFilesystem?: boolean;
  capabilities?: { drop: string[] };
  seccompProfile?: { type: string };
}

interface Probe {
  httpGet?: { path: string; port: string };
  tcpSocket?: { port: string };
  exec?: { command: string[] };
  timeoutSeconds: number;
  periodSeconds: number;
}

export interface PodSpec {
  automountServiceAccountToken: boolean;
  enableServiceLinks: boolean;
  terminationGracePeriodSeconds: number;
  securityContext: SecurityContext;
  initContainers?: Container[];
  containers: Container[];
  volumes: {
    name: string;
    secret?: { secretName: string; items: { key: string; path: string }[] };
    configMap?: { name: string };
    persistentVolumeClaim?: { claimName: string };
    emptyDir?: object;
  }[];
}

/** What makes pods: a Deployment or a StatefulSet. */
export interface Workload {
  name: string;
  kind: string;
  replicas: number | undefined;
  strategy: { type: string } | undefined;
  labels: Record<string, string>;
  pod: PodSpec;
  /** Volumes that each pod gets for itself. */
  claims: string[];
}

interface WorkloadManifest extends Manifest {
  spec: {
    replicas?: number;
    strategy?: { type: string };
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    volumeClaimTemplates?: Manifest[];
  };
}

export const renderOverlay = (name: string): Manifest[] =>
  renderKustomization(`deploy/kubernetes/overlays/${name}`);

export function workloadsOf(all: readonly Manifest[]): Workload[] {
  return (
    all.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet') as WorkloadManifest[]
  ).map(({ kind, metadata, spec }) => ({
    name: metadata.name,
    kind,
    replicas: spec.replicas,
    strategy: spec.strategy,
    labels: spec.template.metadata.labels,
    pod: spec.template.spec,
    claims: (spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata.name),
  }));
}

export const containersOf = ({ pod }: Workload): Container[] => [
  ...(pod.initContainers ?? []),
  ...pod.containers,
];

/** Its settings; a value that Kubernetes puts in is its name. */
export const environmentOf = ({ env = [] }: Container): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'from-the-pod']));
