import type { AnyTranslate, SayOfPhotos } from './translate.js';

const MINUTE_MS = 60_000;
/** Up to where each unit is used: "in 90 minutes" says more than "in 2 hours". */
const UNITS = [
  { name: 'minutes', ms: MINUTE_MS, upTo: 120 * MINUTE_MS },
  { name: 'hours', ms: 60 * MINUTE_MS, upTo: 48 * 60 * MINUTE_MS },
  { name: 'days', ms: 24 * 60 * MINUTE_MS, upTo: Infinity },
] as const;

/** A range of time, rounded outwards; null where it is over. Times are ms since 1970. */
export function rangeInWords(
  fromMs: number,
  toMs: number,
  nowMs: number,
  what: 'when' | 'when_all' | 'when_sent',
  t: AnyTranslate,
): string | null {
  const say = t as SayOfPhotos;
  const leftMs = toMs - nowMs;
  if (leftMs <= 0) return null;
  if (leftMs <= MINUTE_MS) return say(`photo:${what}.soon`);
  const { name, ms } = UNITS.find(({ upTo }) => leftMs <= upTo)!;
  const from = Math.max(1, Math.floor((fromMs - nowMs) / ms));
  const to = Math.ceil(leftMs / ms);
  if (from < to) return say(`photo:${what}.${name}`, { from, to });
  return say(`photo:${what}.about_${name}`, { count: to });
}
