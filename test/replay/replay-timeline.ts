import type { ReplayPlan } from './replay-plan.js';
import type { Replay, Step } from './replay.js';

/** A step of a timeline as it is played. `place` is where it was recorded. */
export interface Played {
  step: Step;
  place: number;
  atMs: number;
}

/** The timeline of a replay with its ids put right, its clock compressed, and its frames mutated. */
export function playedTimeline(replay: Replay, plan: ReplayPlan, promptId: string, scale: number): Played[] {
  const timeline = JSON.parse(
    JSON.stringify(replay.timeline).replaceAll(replay.promptId, promptId),
  ) as Step[];
  const played = timeline.flatMap((step, place): Played[] => {
    const isFrame = 'frame' in step || 'binary' in step;
    const lateMs = 'truth' in step && step.truth === 'finished' ? plan.historyLateMs : 0;
    const atMs = step.t * scale + (plan.delay.get(place) ?? 0) + lateMs;
    if (!isFrame) return [{ step, place, atMs }];
    if (plan.drop.has(place)) return [];
    const one = { step, place, atMs };
    return plan.double.has(place) ? [one, one] : [one];
  });
  for (const place of plan.swap) swapFrames(played, place);
  // Steps keep their order unless they were moved: the socket is a stream.
  return played.sort((a, b) => a.atMs - b.atMs);
}

function swapFrames(played: Played[], place: number): void {
  const first = played.findIndex((each) => each.place === place);
  const second = played.findIndex(
    (each, index) => index > first && ('frame' in each.step || 'binary' in each.step),
  );
  const [a, b] = [played[first], played[second]];
  if (first < 0 || !a || !b) return;
  played[first] = { ...b, atMs: a.atMs };
  played[second] = { ...a, atMs: b.atMs };
}
