import type { TypeLook } from './look.js';

/** How many workers there may be, and how quickly that changes. Durations in milliseconds. */
export interface ScalingRules {
  min: number;
  max: number;
  /** As many waiting photos are one worker's work: above them a second one is wanted, above twice as many a third. */
  perWorker: number;
  /** Workers that run anyway and do their part. */
  besides: number;
  /** A photo that is estimated to wait for longer wants one worker more; null: never. */
  maxWaitMs: number | null;
  /** There is one step up within it at most. */
  intervalMs: number;
  /** For so long fewer workers have to be enough, without a break, before one goes. */
  cooldownMs: number;
}

/** The workers whose number is decided on. */
export interface Staff {
  /** At work, or about to be. */
  count: number;
  /** Of these, started and not heard of yet: what they bring does not show in the estimates. */
  arriving: number;
}

/** What one decision leaves for the next. Times by a clock in milliseconds that never goes back. */
export interface ScalingMemory {
  steppedAt: number | null;
  /** Since when fewer would have been enough. */
  quietSince: number | null;
}

/** What is to be done about the number of workers. */
export interface ScalingDecision {
  /** Null while nobody knows. */
  wanted: number | null;
  step: -1 | 0 | 1;
  /** For the next decision, unless a step was made. */
  memory: ScalingMemory;
}

/** Before the first decision. */
export const NO_MEMORY: ScalingMemory = { steppedAt: null, quietSince: null };

/** For the next decision, after a step was made at `now`: each step down has a cool-down of its own. */
export function afterStep(now: number): ScalingMemory {
  return { steppedAt: now, quietSince: null };
}

/**
 * One step at most, from what is known at `now`: up at once, down after the cool-down. `types` is null while nobody can be
 * asked; then nothing changes, and the cool-down begins anew, since nobody knows what happened meanwhile.
 */
export function decide(
  types: readonly TypeLook[] | null,
  staff: Staff,
  memory: ScalingMemory,
  rules: ScalingRules,
  now: number,
): ScalingDecision {
  if (types === null) return { wanted: null, step: 0, memory: { ...memory, quietSince: null } };
  const wanted = wantedWorkers(types, staff, rules);
  if (wanted >= staff.count) {
    const mayStep = memory.steppedAt === null || now - memory.steppedAt >= rules.intervalMs;
    const step = wanted > staff.count && mayStep ? 1 : 0;
    return { wanted, step, memory: { ...memory, quietSince: null } };
  }
  const quietSince = memory.quietSince ?? now;
  const step = now - quietSince >= rules.cooldownMs ? -1 : 0;
  return { wanted, step, memory: { ...memory, quietSince } };
}

/** Within the limits. Never falls when more wait. */
export function wantedWorkers(types: readonly TypeLook[], staff: Staff, rules: ScalingRules): number {
  const served = types.filter(({ paused, inLine }) => !paused && inLine > 0);
  const byLine = Math.ceil(waitingPhotos(types) / rules.perWorker) - rules.besides;
  const byWait = Math.max(0, ...served.map((type) => wantedByWait(type, staff, rules)));
  return Math.min(rules.max, Math.max(rules.min, byLine, byWait));
}

/** Those that a worker could begin: what is paused waits for people. */
export function waitingPhotos(types: readonly TypeLook[]): number {
  return types.reduce((sum, { paused, inLine }) => sum + (paused ? 0 : inLine), 0);
}

/**
 * One more where the wait is too long; as many as there are where it would be too long with one less, or else that one
 * would go and come back for ever.
 */
function wantedByWait(
  { waitMs, workers }: TypeLook,
  { count, arriving }: Staff,
  rules: ScalingRules,
): number {
  if (rules.maxWaitMs === null || waitMs === null) return 0;
  if (waitMs > rules.maxWaitMs) return arriving > 0 ? count : count + 1;
  const withOneLess = workers > 1 ? (waitMs * workers) / (workers - 1) : Number.POSITIVE_INFINITY;
  return withOneLess > rules.maxWaitMs ? count : 0;
}
