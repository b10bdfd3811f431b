import { cpus } from 'node:os';
import { FaultBroker } from '../../test/faults/system/fault-broker.js';
import { FaultSystem } from '../../test/faults/system/fault-system.js';
import { PrivatePostgres } from '../../test/support/private-postgres.js';
import { PrivateS3 } from '../../test/support/private-s3.js';
import { s3StoreOf } from '../../test/support/s3-store.js';
import { cpuTimesOf, type Parts } from './cpu-times.js';

const PHOTOS = 40;
const QUIET_MS = 300_000;

/** How a system is laid out. */
interface Layout {
  name: string;
  apis: number;
  workers: number;
  inBucket: boolean;
}

const LAYOUTS: readonly Layout[] = [
  { name: '1 API, 1 worker, folder', apis: 1, workers: 1, inBucket: false },
  { name: '1 API, 2 workers, folder', apis: 1, workers: 2, inBucket: false },
  { name: '2 APIs, 4 workers, folder', apis: 2, workers: 4, inBucket: false },
  { name: '2 APIs, 4 workers, bucket', apis: 2, workers: 4, inBucket: true },
];

/** What one layout did. */
interface Figures {
  acceptsPerS: number;
  photosPerS: number;
  /** Of one photo, in each part. */
  cpuMs: Record<string, number>;
  /** To the bucket, of one photo. */
  requests: { puts: number; gets: number };
}

/**
 * Small photos through the whole system, layout by layout on one machine, with engines that do next to nothing: what the
 * system itself costs. Prints rates as ratios to the first layout, and the processor time that a photo takes in each part,
 * which another load of the machine changes least. With words only the layouts whose names have all of them.
 */
export async function benchScale(words: readonly string[] = []): Promise<void> {
  const layouts = LAYOUTS.filter(({ name }) => words.every((word) => name.includes(word)));
  const [broker, postgres, s3] = await Promise.all([
    FaultBroker.start(),
    PrivatePostgres.start(),
    PrivateS3.start(),
  ]);
  try {
    process.stdout.write(
      `${cpus().length} cores, Node ${process.version}, ${PHOTOS} photos of each layout\n`,
    );
    let first: Figures | undefined;
    for (const layout of layouts) {
      const figures = await measure(layout, { broker, postgres, s3 });
      first ??= figures;
      tell(layout, figures, first);
    }
  } finally {
    await Promise.all([broker.remove(), postgres.stop(), s3.stop()]);
  }
}

async function measure(
  { name, apis, workers, inBucket }: Layout,
  { broker, postgres, s3 }: { broker: FaultBroker; postgres: PrivatePostgres; s3: PrivateS3 },
): Promise<Figures> {
  const prefix = `bench-${Date.now()}`;
  // Each process is known by its environment; those of other systems may run beside it.
  const mark = (part: string) => ({ BENCH_PART: `${prefix}-${part}` });
  const bucket = { settings: s3.settings(prefix), store: await s3StoreOf(s3, prefix) };
  const system = await FaultSystem.start({
    scenario: 'bench-scale',
    broker,
    databaseUrl: await postgres.newDatabase(prefix),
    apis,
    workers,
    engines: 2,
    apiSettings: mark('api'),
    workerSettings: mark('worker'),
    ...(inBucket && { bucket }),
  });
  const parts: Parts = {
    api: mark('api').BENCH_PART,
    worker: mark('worker').BENCH_PART,
    broker: broker.folder,
    postgres: postgres.folder,
    bucket: s3.folder,
  };
  try {
    const before = cpuTimesOf(parts);
    const asked = await s3.requests();
    const startedAt = Date.now();
    await system.submit(PHOTOS);
    const acceptedAt = Date.now();
    if (!(await system.untilQuiet(QUIET_MS))) throw new Error(`${name}: not all was done in time.`);
    const after = cpuTimesOf(parts);
    const cpuMs = Object.fromEntries(
      Object.entries(after).map(([part, ms]) => [part, (ms - before[part]!) / PHOTOS]),
    );
    const { puts, gets } = await s3.requests();
    return {
      requests: { puts: (puts - asked.puts) / PHOTOS, gets: (gets - asked.gets) / PHOTOS },
      acceptsPerS: (PHOTOS * 1000) / (acceptedAt - startedAt),
      photosPerS: PHOTOS / system.secondsUntilLastEnd(startedAt),
      cpuMs,
    };
  } finally {
    await system.stop();
  }
}

function tell({ name }: Layout, { acceptsPerS, photosPerS, cpuMs, requests }: Figures, first: Figures): void {
  const ratio = (value: number, base: number) => `${value.toFixed(1)}/s (${(value / base).toFixed(2)})`;
  const costs = Object.entries(cpuMs).map(([part, ms]) => `${part} ${ms.toFixed(0)} ms`);
  process.stdout.write(
    `${name}: accepted ${ratio(acceptsPerS, first.acceptsPerS)}, ` +
      `restored ${ratio(photosPerS, first.photosPerS)}; processor time of a photo: ${costs.join(', ')}` +
      `; ${requests.puts.toFixed(1)} puts, ${requests.gets.toFixed(1)} gets\n`,
  );
}
