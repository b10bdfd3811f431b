import { setTimeout as pause } from 'node:timers/promises';
import { Gauge, register } from 'prom-client';

/** Prometheus gives a scrape 10 s; everything that waits for what is away waits at the same time. */
const LIMIT_MS = 2_000;

export type Sample = readonly [labels: Record<string, string>, value: number];

interface ReadGauge {
  name: string;
  help: string;
  labelNames?: readonly string[];
  /** The samples as they are now. */
  read: () => Promise<readonly Sample[]>;
}

/**
 * A gauge that is read when Prometheus scrapes; several who scrape at once share what is read. What cannot be read within
 * 2 s has no sample: the other metrics have to be seen also while the database or RabbitMQ is away. What was asked and has
 * not answered in that time is not waited for again.
 */
export function readGauge({ name, help, labelNames = [], read }: ReadGauge): void {
  let reading: Promise<readonly Sample[]> | undefined;
  let isLate = false;
  const readOnce = async (): Promise<readonly Sample[]> => {
    try {
      return await read();
    } catch {
      return [];
    } finally {
      reading = undefined;
      isLate = false;
    }
  };
  const inTime = async (): Promise<readonly Sample[]> => {
    if (isLate) return [];
    reading ??= readOnce();
    const samples = await Promise.race([reading, pause(LIMIT_MS, undefined, { ref: false })]);
    isLate = samples === undefined;
    return samples ?? [];
  };
  const shown: Gauge = new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [register],
    async collect() {
      const samples = await inTime();
      shown.reset();
      // Without labels a gauge is 0 after that.
      if (labelNames.length === 0) shown.remove();
      for (const [labels, value] of samples) shown.set(labels, value);
    },
  });
}
