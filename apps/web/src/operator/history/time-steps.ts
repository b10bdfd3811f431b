const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MOST_STEPS = 4;

/** What is written beside a plot of seconds: round times from zero on, the last one not below `highest`. */
export function timeSteps(highest: number): number[] {
  const step = STEPS_S.find((each) => highest / each <= MOST_STEPS) ?? Math.ceil(highest / MOST_STEPS);
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
