import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BenchBroker } from '../hop/bench-broker.js';
import { benchFairness } from './fairness.js';
import { benchMillion } from './million.js';
import { benchUploads } from './uploads.js';

/**
 * Measures the API as built (`npm run build`), in a process of its own with the embedded database, on the broker that
 * `AMQP_URL` and `AMQP_MANAGEMENT_URL` name, else one of its own. Parts: `million`, `uploads`, `fairness`; all of them
 * where none is named. `--tasks N` and `--album N` for other numbers than 1,000,000 and 5,000; `--profile DIR` for a
 * CPU profile of the API. What counts are the ratios within a run.
 */
export async function benchLife(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tasks: { type: 'string', default: '1000000' },
      album: { type: 'string', default: '5000' },
      profile: { type: 'string' },
    },
  });
  const [count, photos] = [Number(values.tasks), Number(values.album)];
  const profileDir = values.profile;
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-bench-'));
  const broker = await BenchBroker.start();
  const parts: Record<string, () => Promise<void>> = {
    million: () =>
      broker.inVhost((full) =>
        broker.inVhost((empty) => benchMillion(folder, { full, empty }, { count, profileDir })),
      ),
    uploads: () => broker.inVhost((url) => benchUploads(folder, url, { profileDir })),
    fairness: () => broker.inVhost((url) => benchFairness(folder, url, { photos })),
  };
  try {
    for (const name of positionals.length === 0 ? Object.keys(parts) : positionals) {
      const part = parts[name];
      if (!part) throw new Error(`There is no part '${name}'; there are: ${Object.keys(parts).join(', ')}.`);
      await part();
    }
  } finally {
    await broker.close();
    await rm(folder, { recursive: true, force: true });
  }
}
