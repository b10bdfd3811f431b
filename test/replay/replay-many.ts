import type { ReplayPlan } from './replay-plan.js';
import { playReplay, type Run, type Runner } from './replay-run.js';
import type { Replay } from './replay.js';

export interface Trial {
  replay: Replay;
  plan: ReplayPlan;
  /** How to do it again. */
  name: string;
}

export interface Tally {
  runs: number;
  wrong: string[];
  outcomes: Map<string, number>;
  slowestMs: number;
}

/** More would only make each other late; a run mostly waits. */
const AT_ONCE = 40;

/** Stops listing wrongs here; they are all counted. */
const TOLD = 3;

/** Plays all of them, several at a time, and counts how they ended. */
export async function playAll(trials: readonly Trial[], runner?: Runner): Promise<Tally> {
  const tally: Tally = { runs: 0, wrong: [], outcomes: new Map(), slowestMs: 0 };
  let next = 0;
  const work = async (): Promise<void> => {
    for (let trial = trials[next++]; trial; trial = trials[next++]) {
      count(tally, trial, await play(trial, runner));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return tally;
}

/**
 * A run that is not right may be so because of its short clocks, of which each request has one, too: it is judged by
 * patient ones, so that time decides nothing. With a planted bug (`runner`) only what the clock ended is, since nearly all
 * of those runs are wrong.
 */
async function play({ replay, plan }: Trial, runner?: Runner): Promise<Run> {
  const run = await playReplay(replay, plan, runner);
  if (run.wrongs.length === 0) return run;
  const isTimedOut = run.outcome.kind === 'failure' && run.outcome.code === 'timed_out';
  return runner === undefined || isTimedOut ? playReplay(replay, plan, runner, 'patient') : run;
}

function count(tally: Tally, { name, plan, replay }: Trial, run: Run): void {
  tally.runs += 1;
  tally.slowestMs = Math.max(tally.slowestMs, run.tookMs);
  const kind = run.outcome.kind === 'failure' ? run.outcome.code : run.outcome.kind;
  tally.outcomes.set(kind, (tally.outcomes.get(kind) ?? 0) + 1);
  if (run.wrongs.length === 0) return;
  const details = tally.wrong.length < TOLD ? ` [${tellPlan(plan)}] after ${run.calls.join(', ')}` : '';
  tally.wrong.push(`${name} (${replay.name}): ${run.wrongs.join('; ')}${details}`);
}

function tellPlan(plan: ReplayPlan): string {
  return JSON.stringify(plan, (_key, value: unknown) => {
    if (value instanceof Set) return [...(value as Set<unknown>)];
    return value instanceof Map ? [...(value as Map<unknown, unknown>)] : value;
  });
}
