import type { OverviewView, TypeOverview } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = [
  'type',
  'waiting',
  'running',
  'workers',
  'oldest',
  'wait p95',
  'run p95',
  'done/h',
  'failed/h',
  'ready in',
];

/** What is going on, and why not where it does not. `now` is in epoch milliseconds. */
export function overviewLines(view: OverviewView, now: number): string[] {
  const { broker, storage, deliveries, outbox, parked } = view;
  return [
    ...causeLines(view, now),
    '',
    ...layOut(
      HEAD,
      view.types.map((type) => cellsOf(type, now)),
    ),
    '',
    `RabbitMQ   ${broker.problem === null ? 'connected' : harmless(broker.problem)}`,
    `parked     ${parked ?? 'not known'}`,
    `to send    ${outbox.pending} photos to RabbitMQ, ${deliveries.pending} outcomes to other systems` +
      ` (${deliveries.failed_last_hour} given up within the hour)`,
    `free       ${gigabytes(storage.free_bytes)} of ${gigabytes(storage.total_bytes)}`,
  ];
}

function causeLines({ causes }: OverviewView, now: number): string[] {
  if (causes.length === 0) return ['Photos flow.'];
  return causes.map(({ code, subject, since, detail, runbook }) =>
    [
      subject === null ? code : `${code} ${harmless(subject)}`,
      since === null ? '' : ` for ${ago(since, now)}`,
      detail === null ? '' : `: ${harmless(detail)}`,
      ` (docs/RUNBOOK.md#${runbook})`,
    ].join(''),
  );
}

function cellsOf(type: TypeOverview, now: number): string[] {
  const { wait_s: wait, run_s: run, estimate_s: estimate, oldest_waiting_since: oldest } = type;
  return [
    type.paused ? `${type.type} (paused)` : type.type,
    String(type.waiting),
    String(type.running),
    String(type.workers),
    oldest === null ? '-' : ago(oldest, now),
    wait === null ? '-' : `${wait.p95} s`,
    run === null ? '-' : `${run.p95} s`,
    String(type.finished_last_hour - type.failed_last_hour),
    String(type.failed_last_hour),
    estimate === null ? '-' : `${estimate.from}-${estimate.to} s`,
  ];
}

/** How long it is since then: `40 s`, `12 min`, `3 h`, `2 d`. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

function gigabytes(bytes: number | null): string {
  return bytes === null ? '?' : `${(bytes / 1e9).toFixed(1)} GB`;
}
