import type { ArtifactRef } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** What a task counts for in its owner's quota. */
export function originalBytes(row: TaskRow): number {
  return (JSON.parse(row.original) as ArtifactRef).bytes;
}

/** Sums by key, in the order of the keys; rows without a key are left out. */
export function sumBy(
  rows: readonly TaskRow[],
  keyOf: (row: TaskRow) => string | null,
  valueOf: (row: TaskRow) => number,
): [key: string, sum: number][] {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) sums.set(key, (sums.get(key) ?? 0) + valueOf(row));
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1));
}
