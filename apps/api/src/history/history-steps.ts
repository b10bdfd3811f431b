/** What a page can show as a curve. */
const MOST_POINTS = 100;
/** Seconds; each divides a day, so that steps begin at full hours and minutes. */
const STEPS = [60, 300, 900, 3600, 7200] as const;

/** The last `hours` in steps: how long each is, and when each begins (epoch milliseconds), the one that goes on last. */
export function historySteps(hours: number, now: number): { stepS: number; begins: number[] } {
  const stepS = STEPS.find((each) => (hours * 3600) / each <= MOST_POINTS) ?? STEPS[STEPS.length - 1]!;
  const count = Math.ceil((hours * 3600) / stepS);
  const stepMs = stepS * 1000;
  const last = Math.floor(now / stepMs) * stepMs;
  return { stepS, begins: Array.from({ length: count }, (_, index) => last - (count - 1 - index) * stepMs) };
}
