import type { CauseCode, CauseView } from '@app/contracts';

/**
 * What a cause means for photos. `all`: none of them moves. `some`: some do not. `paused`: somebody wants it so. `watch`:
 * they move, and something is not as it should be.
 */
export type CauseWeight = 'all' | 'some' | 'paused' | 'watch';

const WEIGHTS: Record<CauseCode, CauseWeight> = {
  broker_unreachable: 'all',
  broker_refused: 'all',
  broker_blocked: 'all',
  queue_unusable: 'all',
  storage_full: 'all',
  storage_failing: 'all',
  database_slow: 'watch',
  intake_paused: 'paused',
  no_worker: 'some',
  type_paused: 'paused',
  engine_unreachable: 'some',
  engine_queue_stuck: 'some',
  engine_circuit_open: 'some',
  gpu_memory: 'some',
  engine_stuck: 'some',
  worker_paused: 'paused',
  storage_low: 'watch',
  photos_failing: 'watch',
  waiting_too_long: 'watch',
  deliveries_failing: 'watch',
  workflow_problem: 'watch',
};

/** A code of a later release than this page is worth a look. */
export function weightOf(code: CauseCode): CauseWeight {
  return (WEIGHTS as Partial<Record<string, CauseWeight>>)[code] ?? 'watch';
}

/** What the page says first: the gravest of the causes, `flows` without any. */
export function standingOf(causes: readonly CauseView[]): CauseWeight | 'flows' {
  const weights = new Set(causes.map(({ code }) => weightOf(code)));
  return (['all', 'some', 'watch', 'paused'] as const).find((weight) => weights.has(weight)) ?? 'flows';
}

/** Whether the page has words for it. */
export function isKnownCause(code: string): code is CauseCode {
  return code in WEIGHTS;
}
