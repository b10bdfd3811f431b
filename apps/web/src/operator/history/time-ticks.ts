const HOUR_MS = 3_600_000;

/** Where the time is written below a plot: at whole hours of this device's clock that `everyHours` divides. */
export function timeTicks(fromMs: number, toMs: number, everyHours: number): number[] {
  const first = new Date(fromMs);
  first.setMinutes(0, 0, 0);
  const ticks: number[] = [];
  for (let at = first.getTime(); at <= toMs; at += HOUR_MS) {
    if (at >= fromMs && new Date(at).getHours() % everyHours === 0) ticks.push(at);
  }
  return ticks;
}
