import { since, type Cause } from './cause.js';
import type { Situation, WorkerSituation } from './situation.js';

/** By how much a run has to exceed what 19 of 20 of its type take, and how long it has to go on at least. */
const FAR_LONGER = 5;
const LEAST_STUCK_MS = 120_000;
/** Where nothing of its type has succeeded lately; as the alert EngineStuck has it. */
const STUCK_MS = 900_000;

/** Engines that do not answer, fail, are full, or do not come to an end. */
export function engineCauses(situation: Pick<Situation, 'now' | 'workers' | 'types'>): Cause[] {
  return [
    ...engines(situation, 'engine_unreachable', ({ reachable }) => !reachable),
    ...engines(
      situation,
      'engine_queue_stuck',
      ({ reachable, queueStands }) => reachable && queueStands === true,
    ),
    ...engines(situation, 'engine_circuit_open', ({ reachable, circuit }) => reachable && circuit === 'open'),
    ...situation.workers.flatMap(shortOfMemory),
    ...situation.workers.flatMap((worker) => stuckRuns(worker, situation)),
  ];
}

type Engine = WorkerSituation['status']['engines'][number];

/** Each engine once, however many workers share it. */
function engines(
  { workers }: Pick<Situation, 'workers'>,
  code: 'engine_unreachable' | 'engine_queue_stuck' | 'engine_circuit_open',
  isSo: (engine: Engine) => boolean,
): Cause[] {
  const affected = workers.flatMap(({ status }) =>
    status.engines.filter(isSo).map((engine) => ({ engine, worker: status.worker })),
  );
  return [...new Set(affected.map(({ engine }) => engine.address))].map((subject) => {
    const told = affected.filter(({ engine }) => engine.address === subject);
    // The gravest comes first; what it cannot run although it is well is another matter.
    const problems = new Set(told.flatMap(({ engine }) => engine.problems?.[0] ?? []));
    const by = `Worker ${[...new Set(told.map(({ worker }) => worker))].join(', ')}`;
    const detail = problems.size === 0 ? `${by}.` : `${by}: it ${[...problems].join('; it ')}.`;
    return { code, subject, since: null, detail };
  });
}

function shortOfMemory({ status }: WorkerSituation): Cause[] {
  const { worker, closedBecause, gpuMemoryUsedPercent: percent } = status;
  if (closedBecause !== 'gpu_memory') return [];
  const used = percent === null || percent === undefined ? null : `${Math.round(percent)} % are in use.`;
  return [{ code: 'gpu_memory', subject: worker, since: null, detail: used }];
}

function stuckRuns(
  { status, running }: WorkerSituation,
  { now, types }: Pick<Situation, 'now' | 'types'>,
): Cause[] {
  return running.flatMap(({ taskId, taskType, elapsedMs }) => {
    const usual = types.find(({ type }) => type === taskType)?.run_s?.p95;
    const limitMs = usual === undefined ? STUCK_MS : Math.max(LEAST_STUCK_MS, usual * 1000 * FAR_LONGER);
    if (elapsedMs < limitMs) return [];
    const detail = `It is at the task ${taskId} (${taskType}).`;
    return [{ code: 'engine_stuck' as const, subject: status.worker, since: since(now - elapsedMs), detail }];
  });
}
