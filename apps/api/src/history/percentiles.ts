import type { Percentiles } from '@app/contracts';

/** Of durations in milliseconds, as seconds with one decimal; null where there are none (nearest rank). */
export function percentilesOf(durationsMs: readonly number[]): Percentiles | null {
  if (durationsMs.length === 0) return null;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1]! / 100) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}
