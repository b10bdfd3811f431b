import type { ErasureRow } from '../database/schema.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How long after the one before each round comes. A worker that was stopped in the middle may still store a picture: it
 * has let go within seconds where it hears of it, and within the limit of a run where it does not.
 */
const DELAYS_MS = [10 * SECOND_MS, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS];

/** An engine that nobody could ask for so long is taken for gone. */
const ENGINE_PATIENCE_MS = 7 * DAY_MS;

/** Nobody works any more at what ended so long ago: one late round is enough. */
const QUIET_AFTER_MS = DAY_MS;

/** When the first round of the sweeper is due for a task that ended at `endedAt`, or not at all yet. */
export function firstRound(now: number, endedAt: number | null): { rounds: number; nextAt: number } {
  const quiet = endedAt !== null && endedAt < now - QUIET_AFTER_MS;
  const rounds = quiet ? DELAYS_MS.length - 1 : 0;
  return { rounds, nextAt: roundAfter(now, rounds) };
}

/** The last look for files; the mark of cancellation goes with it. */
export function isLastRound({ rounds }: Pick<ErasureRow, 'rounds'>): boolean {
  return rounds >= DELAYS_MS.length - 1;
}

/**
 * What follows a round: the time of the next one, or that nothing is left to do. `given_up`: files are gone, but no
 * worker has told that the engine's copies are.
 */
export function afterRound(
  erasure: Pick<ErasureRow, 'rounds' | 'requested_at'>,
  engineDone: boolean,
  now: number,
): { nextAt: number } | 'done' | 'given_up' {
  const next = erasure.rounds + 1;
  if (next < DELAYS_MS.length) return { nextAt: roundAfter(now, next) };
  if (engineDone) return 'done';
  if (now - erasure.requested_at >= ENGINE_PATIENCE_MS) return 'given_up';
  return { nextAt: roundAfter(now, DELAYS_MS.length - 1) };
}

/** On a grid: a look through a folder costs the same for one task and for a thousand. */
function roundAfter(now: number, round: number): number {
  const delay = DELAYS_MS[round]!;
  return Math.ceil((now + delay) / delay) * delay;
}
