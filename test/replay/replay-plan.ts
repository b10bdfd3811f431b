import type { Dice } from '../faults/dice.js';
import { framesOf, type Replay } from './replay.js';

/** Where in a frame the connection ends: before its first byte, after one byte, in its middle, after its last. */
export const CUTS = ['before', 'header', 'inside', 'after'] as const;
export type Cut = (typeof CUTS)[number];

/** Which call of the client is disturbed. */
export type Call = 'submit' | 'jobs' | 'queue' | 'history' | 'view' | 'cancel';

/** How it is; `…_after` does first what was asked. `lie` answers once that there is no such prompt. */
export type CallFault =
  | 'delay'
  | 'never'
  | 'reset'
  | 'reset_after'
  | 'half'
  | '500'
  | '502_after'
  | 'html'
  | 'html_after'
  | 'empty'
  | 'json'
  | 'lie';

export interface HttpFault {
  call: Call;
  /** Counted from 1. */
  nth: number;
  fault: CallFault;
}

/** What is done to a replay. Places are indexes of its timeline. All of it can be combined. */
export interface ReplayPlan {
  drop: ReadonlySet<number>;
  double: ReadonlySet<number>;
  /** Swapped with the frame that follows. */
  swap: ReadonlySet<number>;
  delay: ReadonlyMap<number, number>;
  cut?: { at: number; how: Cut };
  /** From here the socket is up, brings nothing and answers no ping. */
  halfOpenAt?: number;
  /** From here the socket brings nothing, and answers pings. */
  deafAt?: number;
  /** What happens to the next sockets: brings nothing after its first frame, not even that, or is refused. */
  reconnects: readonly ('deaf' | 'silent' | 'refused')[];
  /** How much later than recorded the history is written. */
  historyLateMs: number;
  http: readonly HttpFault[];
  /** The engine is killed here and comes back empty. */
  restartAt?: number;
  downMs: number;
  /** Somebody clears the queue here: a prompt that waits is gone. */
  clearAt?: number;
  /** The engine never gets further than here. */
  stallAt?: number;
  /** We abort here. */
  abortAt?: number;
  /** Nothing stops a prompt that runs. */
  ignoresInterrupts: boolean;
  /** Frames of others, broken frames and previews are mixed in after every n-th frame; 0 for never. */
  noiseEvery: number;
  has?: Replay['has'];
}

export const UNTOUCHED: ReplayPlan = {
  drop: new Set(),
  double: new Set(),
  swap: new Set(),
  delay: new Map(),
  reconnects: [],
  historyLateMs: 0,
  http: [],
  downMs: 0,
  ignoresInterrupts: false,
  noiseEvery: 0,
};

const ANY_CALL: readonly CallFault[] = [
  'delay',
  'reset',
  'reset_after',
  'half',
  '500',
  'html',
  'empty',
  'json',
];
const FAULTS: Record<Exclude<Call, 'cancel'>, readonly CallFault[]> = {
  submit: ['delay', 'reset', 'reset_after', 'half', '502_after', 'html', 'html_after', '500', 'never'],
  jobs: [...ANY_CALL, 'lie', 'never'],
  queue: ANY_CALL,
  history: [...ANY_CALL, 'lie', 'never'],
  view: ANY_CALL,
};
const OLDEST = { jobs: false, cancel: false, aimedInterrupt: false };

/** Rolls what is done to a replay's wire: socket, frames and calls. The engine itself stays well. */
export function rollWire(dice: Dice, replay: Replay): ReplayPlan {
  const frames = framesOf(replay);
  const some = (most: number): number[] =>
    frames.length === 0 ? [] : Array.from({ length: dice.whole(most + 1) }, () => dice.pick(frames));
  const plan: ReplayPlan = {
    ...UNTOUCHED,
    drop: new Set(dice.whole(4) === 0 ? frames.filter(() => dice.whole(3) === 0) : some(2)),
    double: new Set(some(2)),
    swap: new Set(some(2)),
    delay: new Map(some(2).map((index) => [index, dice.between(1, 25)])),
    reconnects: Array.from({ length: dice.whole(3) }, () =>
      dice.pick(['deaf', 'silent', 'refused'] as const),
    ),
    historyLateMs: dice.pick([0, 0, 5, 40]),
    http: httpFaults(dice),
    noiseEvery: dice.pick([0, 1, 3]),
    ...(dice.whole(8) === 0 && !replay.has.jobs && { has: OLDEST }),
  };
  const at = some(1)[0];
  if (at === undefined) return plan;
  const what = dice.whole(4);
  if (what === 0) return { ...plan, halfOpenAt: at };
  if (what === 1) return { ...plan, deafAt: at };
  return { ...plan, cut: { at, how: dice.pick(CUTS) } };
}

/** Rolls the engine's fate as well: it is killed, its queue cleared, it stalls, or we abort. */
export function rollFate(dice: Dice, replay: Replay): ReplayPlan {
  const plan = rollWire(dice, replay);
  const http = plan.http.filter(({ fault }) => fault !== 'lie');
  const at = replay.timeline.length === 0 ? 0 : dice.whole(replay.timeline.length);
  const what = dice.whole(5);
  if (what === 0) return { ...plan, restartAt: at, downMs: dice.pick([0, 20, 150]) };
  if (what === 1) return { ...plan, clearAt: at };
  if (what === 2) return { ...plan, http, stallAt: at, ignoresInterrupts: dice.whole(3) === 0 };
  const has = dice.whole(3) === 0 ? OLDEST : replay.has;
  const cancel = {
    call: 'cancel' as const,
    nth: 1,
    fault: dice.pick(['delay', 'reset', 'reset_after', '500', 'html'] as const),
  };
  return {
    ...plan,
    has,
    http: dice.whole(3) === 0 ? [...http, cancel] : http,
    abortAt: at,
    ignoresInterrupts: dice.whole(6) === 0,
  };
}

/** Three at most, and few that cost the client its whole time limit; a picture is asked for three times. */
function httpFaults(dice: Dice): HttpFault[] {
  const faults: HttpFault[] = [];
  const wanted = dice.whole(4);
  for (let index = 0; index < wanted; index++) {
    const call = dice.pick(['submit', 'jobs', 'queue', 'history', 'history', 'view'] as const);
    const fault = dice.pick(FAULTS[call]);
    if (fault === 'never' && dice.whole(4) !== 0) continue;
    if (fault === 'lie' && faults.some((each) => each.fault === 'lie')) continue;
    const nth = call === 'submit' ? 1 : dice.between(1, call === 'view' ? 2 : 3);
    if (!faults.some((each) => each.call === call && each.nth === nth)) faults.push({ call, nth, fault });
  }
  return faults;
}
