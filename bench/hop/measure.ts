import { sampleTask } from '../../test/integration/messaging/samples.js';
import type { Lane } from './lane.js';

/** What one round took; times in milliseconds. */
export interface Round {
  p50: number;
  p99: number;
  perSecond: number;
}

/**
 * Sends so many messages through the lane, at most `inFlight` at the same time, over all task types in turn. A message
 * is through when its handler has run and the broker has confirmed it.
 */
export async function measure(
  lane: Lane,
  taskTypes: readonly string[],
  limits: { messages: number; inFlight: number },
): Promise<Round> {
  const handled = new Map<string, () => void>();
  lane.onHandled = (taskId) => handled.get(taskId)?.();
  const latencies: number[] = [];
  let sent = 0;
  const sendOneByOne = async () => {
    while (sent < limits.messages) {
      const task = sampleTask(taskTypes[sent++ % taskTypes.length]);
      const began = performance.now();
      const ran = new Promise<void>((resolve) => handled.set(task.taskId, resolve));
      await Promise.all([lane.publish(task), ran]);
      latencies.push(performance.now() - began);
      handled.delete(task.taskId);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: limits.inFlight }, sendOneByOne));
  const seconds = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    perSecond: limits.messages / seconds,
  };
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
