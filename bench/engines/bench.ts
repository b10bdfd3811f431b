import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchSettings } from './bench-settings.js';
import { benchDrivers } from './drivers.js';
import { loadsOf } from './loads.js';
import { makePictures } from './pictures.js';
import { benchTwoEngines } from './two-engines.js';
import { benchWorkers } from './workers.js';

const PARTS: Record<string, (settings: BenchSettings) => Promise<void>> = {
  drivers: benchDrivers,
  workers: benchWorkers,
  two: benchTwoEngines,
};

/**
 * Measures how busy engines are kept, on stubs of ComfyUI whose prompts take 30, 200 and 1,000 ms each, with photos and
 * results of about 1 MB. Parts: `drivers` (our client and lanes beside the pool of @saintno/comfyui-sdk), `workers` (the
 * built worker, from a filled queue to stored results), `two` (two engines beside one); all of them where none is named.
 * `--rounds N` for more or fewer rounds (5); `--prompt MS` for one of the three; `--profile DIR` for CPU profiles of the workers. What counts are the ratios
 * of one run, and the engine's share of the time, whose limit is 1.
 */
export async function benchEngines(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      prompt: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number above 0.');
  const loads = loadsOf(values.prompt);
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-bench-'));
  try {
    const pictures = await makePictures(join(folder, 'pictures'));
    const mb = (bytes: Buffer) => (bytes.length / 1_000_000).toFixed(2);
    console.log(`${rounds} rounds; photos of ${mb(pictures.photo)} MB, results of ${mb(pictures.result)} MB`);
    for (const name of positionals.length === 0 ? Object.keys(PARTS) : positionals) {
      const part = PARTS[name];
      if (!part) throw new Error(`There is no part '${name}'; there are: ${Object.keys(PARTS).join(', ')}.`);
      await part({ folder, pictures, rounds, loads, profileDir: values.profile });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
