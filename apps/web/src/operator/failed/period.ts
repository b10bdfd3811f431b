/** Since when photos that failed are shown. */
export const PERIODS = ['all', 'week', 'day', 'hour'] as const;
export type Period = (typeof PERIODS)[number];

const HOURS: Record<Period, number | null> = { all: null, week: 168, day: 24, hour: 1 };

/** ISO 8601; undefined for all of them. It stays where it is until another period is chosen, so that a count stays true. */
export function periodStart(period: Period, nowMs: number): string | undefined {
  const hours = HOURS[period];
  return hours === null ? undefined : new Date(nowMs - hours * 3_600_000).toISOString();
}
