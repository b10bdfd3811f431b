import { join } from 'node:path';
import { BenchBroker } from '../hop/bench-broker.js';
import { EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import { BenchWorkers } from './bench-workers.js';
import type { BenchSettings } from './bench-settings.js';
import { printBusy } from './busy-table.js';
import { measureRounds, type Variant } from './rounds.js';

const LOOKAHEADS = [1, 0];

/** The whole worker, from a filled queue to stored results, with and without a task taken ahead. */
export async function benchWorkers({
  folder,
  pictures,
  rounds,
  loads,
  profileDir,
}: BenchSettings): Promise<void> {
  const broker = await BenchBroker.start();
  const engine = await EngineStub.start({ promptMs: 0, resultFile: pictures.resultFile });
  const open: BenchWorkers[] = [];
  try {
    await broker.inVhost((first) =>
      broker.inVhost(async (second) => {
        const variants: Variant[] = [];
        for (const [index, lookahead] of LOOKAHEADS.entries()) {
          const name = `worker, lookahead ${lookahead}`;
          const workers = await BenchWorkers.start([[engine]], pictures, {
            amqpUrl: [first, second][index]!,
            dataDir: join(folder, `worker-${lookahead}`),
            lookahead,
            profileDir,
          });
          open.push(workers);
          variants.push({ name, engines: [engine], work: (photos) => workers.work(photos) });
        }
        for (const { promptMs, photos } of loads) {
          await engine.setPromptMs(promptMs);
          const measured = await measureRounds(variants, { rounds, photos });
          printBusy(`Whole worker: ${photos} photos, ${promptMs} ms each`, measured);
        }
        await Promise.all(open.splice(0).map((workers) => workers.close()));
      }),
    );
  } finally {
    await Promise.all(open.map((workers) => workers.close()));
    await engine.stop();
    await broker.close();
  }
}
