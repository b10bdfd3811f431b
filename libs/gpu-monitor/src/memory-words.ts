import type { GpuReading } from './gpu-reading.js';

const GIB = 1024 ** 3;

/** Why a gate is closed, in one sentence without its end. */
export function memoryWords(
  reading: GpuReading,
  gate: { othersPercent: number; thresholdPercent: number; opensBelow: number; wasAsked: boolean },
): string {
  const { othersPercent, thresholdPercent, opensBelow, wasAsked } = gate;
  // A card's size as it is sold: 23.6 GiB of it are what a "24 GB" card leaves to programs.
  const size = `${Math.round((reading.total ?? 0) / GIB)} GB`;
  const used = Math.max(reading.usedPercent ?? 0, othersPercent);
  const limit =
    othersPercent > thresholdPercent ? `limit ${thresholdPercent} %` : `it goes on below ${opensBelow} %`;
  const freed = wasAsked ? '; the engine was asked to free what it keeps' : '';
  return (
    `waiting for GPU memory: ${used} % of the ${size} are used, ` +
    `${othersPercent} % by other programs than the engine (${limit})${freed}`
  );
}
