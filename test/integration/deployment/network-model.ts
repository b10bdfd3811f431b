import type { Manifest } from './kustomize.js';

type Labels = Record<string, string>;

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number }[];
}

interface Policy extends Manifest {
  spec: { podSelector: Selector; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };
}

/** Somebody in the cluster: a pod by its labels and those of its namespace. */
export interface Party {
  name: string;
  labels: Labels;
  /** Ours where it is absent. */
  namespace?: Labels;
}

/** Whether packets get through, by the rules of NetworkPolicy: what no policy selects may do everything. */
export class NetworkModel {
  private readonly policies: Policy[];

  constructor(
    all: readonly Manifest[],
    private readonly ours: Labels,
  ) {
    this.policies = all.filter(({ kind }) => kind === 'NetworkPolicy') as Policy[];
  }

  /** `from` may open a TCP connection to `to` at `port`: where both ends are ours, both have to allow it. */
  reaches(from: Party, to: Party, port: number, protocol = 'TCP'): boolean {
    return (
      this.allows('Egress', from, to, port, protocol) && this.allows('Ingress', to, from, port, protocol)
    );
  }

  private allows(
    type: 'Egress' | 'Ingress',
    own: Party,
    other: Party,
    port: number,
    protocol: string,
  ): boolean {
    if (own.namespace !== undefined) return true;
    const applying = this.policies.filter(
      ({ spec }) => spec.policyTypes.includes(type) && matches(spec.podSelector, own.labels),
    );
    if (applying.length === 0) return true;
    const rules = applying.flatMap(({ spec }) => (type === 'Egress' ? spec.egress : spec.ingress) ?? []);
    return rules.some(({ from, to, ports }) => {
      const peers = type === 'Egress' ? to : from;
      const isPeer = peers === undefined || peers.some((peer) => this.isPeer(peer, other));
      return (
        isPeer && (ports === undefined || ports.some((one) => one.port === port && one.protocol === protocol))
      );
    });
  }

  private isPeer({ podSelector, namespaceSelector }: Peer, party: Party): boolean {
    const namespace = party.namespace ?? this.ours;
    const isThere =
      namespaceSelector === undefined ? party.namespace === undefined : matches(namespaceSelector, namespace);
    return isThere && (podSelector === undefined || matches(podSelector, party.labels));
  }
}

function matches({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`an operator that this does not know: ${operator}`);
      return values.includes(labels[key] ?? '');
    })
  );
}
