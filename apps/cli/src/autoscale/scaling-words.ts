import { seconds } from '../terminal.js';
import { waitingPhotos, type ScalingDecision, type ScalingRules, type Staff } from './scaling-decision.js';
import type { Look } from './look.js';

/** What the supervisor goes by, for its first lines. */
export function rulesLine({
  min,
  max,
  perWorker,
  maxWaitMs,
  intervalMs,
  cooldownMs,
  besides,
}: ScalingRules): string {
  const wait = maxWaitMs === null ? '' : `, or when a photo would wait for more than ${seconds(maxWaitMs)} s`;
  const others = besides === 0 ? '' : ` beside ${besides} that run anyway`;
  return (
    `${min} to ${max} workers${others}: one more above each ${perWorker} photos that wait${wait}. ` +
    `Looks every ${seconds(intervalMs)} s; one less after ${seconds(cooldownMs)} quiet seconds.`
  );
}

/** How it stands: what waits, how many workers are wanted for it, how many there are. */
export function standLine(look: Look, { wanted }: ScalingDecision, staff: Pick<Staff, 'count'>): string {
  const waits = look.types
    .filter(({ paused, inLine }) => !paused && inLine > 0)
    .flatMap(({ waitMs }) => waitMs ?? []);
  const wait = waits.length === 0 ? '' : `, up to ${seconds(Math.max(...waits))} s`;
  const { count } = staff;
  return `${waitingPhotos(look.types)} wait${wait}: ${wanted ?? '?'} wanted, ${count} there`;
}
