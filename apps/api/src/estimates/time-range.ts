/** From when until when, in milliseconds since 1970. */
export interface TimeRange {
  from: number;
  to: number;
}

/** Nobody waits by milliseconds, and what is shown should not flicker. */
const GRAIN_MS = 1_000;

/** Whole seconds around a range, none of which has passed. */
export function shownRange({ from, to }: TimeRange, now: number): TimeRange {
  const begin = Math.floor(Math.max(from, now) / GRAIN_MS) * GRAIN_MS;
  return { from: begin, to: Math.max(begin + GRAIN_MS, Math.ceil(to / GRAIN_MS) * GRAIN_MS) };
}
