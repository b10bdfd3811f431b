import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { readText } from '../compose/compose-file.js';
import { findOne, type Manifest } from './kustomize.js';
import { renderOverlay } from './pods.js';

interface ScaledObject extends Manifest {
  spec: {
    scaleTargetRef: { name: string };
    minReplicaCount: number;
    maxReplicaCount: number;
    fallback: { replicas: number };
    triggers: { type: string; metricType: string; metadata: Record<string, string> }[];
  };
}

const { spec } = findOne(renderOverlay('scale-out'), 'ScaledObject', 'worker') as ScaledObject;
const { query = '', threshold } = spec.triggers[0]?.metadata ?? {};

/** What one instance of the API shows: how many wait, type by type, and which types are paused. */
const instance = (name: string, waiting: Record<string, number>, paused: readonly string[] = []) => [
  ...Object.entries(waiting).map(([type, count]) => ({
    series: `photo_repair_line_waiting{instance="${name}", type="${type}"}`,
    values: `${count}x2`,
  })),
  ...paused.map((type) => ({
    series: `photo_repair_paused{instance="${name}", scope="type", name="${type}"}`,
    values: '1x2',
  })),
];
const both = (waiting: Record<string, number>, paused: readonly string[] = []) => [
  ...instance('a:3000', waiting, paused),
  ...instance('b:3000', waiting, paused),
];

/** How an autoscaler of Kubernetes reads a metric of the kind AverageValue: it overlooks a tenth. */
function wantedReplicas(value: number, replicas: number): number {
  const ratio = value / (Number(threshold) * replicas);
  const wanted = Math.abs(1 - ratio) <= 0.1 ? replicas : Math.ceil(value / Number(threshold));
  return Math.min(Math.max(wanted, spec.minReplicaCount), spec.maxReplicaCount);
}

/** By Prometheus itself. */
function answersAre(
  cases: { series: { series: string; values: string }[]; value: number | undefined }[],
): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'worker-scaler-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tests = cases.map(({ series, value }) => ({
    interval: '1m',
    input_series: series,
    promql_expr_test: [
      { expr: query, eval_time: '1m', exp_samples: value === undefined ? [] : [{ labels: '{}', value }] },
    ],
  }));
  writeFileSync(join(folder, 'test.yml'), stringify({ tests }));
  const output = execFileSync('promtool', ['test', 'rules', 'test.yml'], { cwd: folder, encoding: 'utf8' });
  return output.includes('SUCCESS');
}

it('asks for one worker more above each hundred that wait, however many instances tell of them', () => {
  const are = answersAre([
    { series: both({ person: 0, building: 0 }), value: 0 },
    { series: both({ person: 60, building: 40 }), value: 1 },
    { series: both({ person: 60, building: 41 }), value: 2 },
    { series: both({ person: 200, building: 0 }), value: 2 },
    { series: both({ person: 201, building: 0 }), value: 3 },
  ]);
  expect(are).toBe(true);
});

it('leaves out what is paused, and answers nothing where nothing is known', () => {
  const are = answersAre([
    { series: both({ person: 500, building: 20 }, ['person']), value: 1 },
    { series: both({ person: 500, building: 150 }, ['person', 'building']), value: 0 },
    { series: [], value: undefined },
  ]);
  expect(are).toBe(true);
  expect(spec.triggers[0]?.metadata['ignoreNullValues']).toBe('false');
  expect(spec.fallback.replicas).toBe(spec.minReplicaCount);
});

it('is heard by the autoscaler at once, and between the smallest and the largest number of workers', () => {
  expect([0, 1, 2, 3, 4, 9].map((value) => wantedReplicas(value, 1))).toEqual([1, 1, 2, 3, 4, 4]);
  expect(wantedReplicas(3, 2)).toBe(3);
  expect(wantedReplicas(4, 3)).toBe(4);
  expect(wantedReplicas(2, 3)).toBe(2);
});

it('asks for metrics that the API has, and not for the length of a queue', () => {
  const names = [...query.matchAll(/photo_repair_\w+/g)].map(([name]) => name);
  const source = ['metrics/task-gauges.ts', 'pauses/pause-metrics.ts']
    .map((file) => readText(`apps/api/src/${file}`))
    .join('');
  for (const name of names) expect(source).toContain(`'${name}'`);
  expect(spec.triggers.map(({ type, metricType }) => [type, metricType])).toEqual([
    ['prometheus', 'AverageValue'],
  ]);
  expect(spec.scaleTargetRef.name).toBe('worker');
});
