import { EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import type { BenchSettings } from './bench-settings.js';
import { printBusy } from './busy-table.js';
import type { Driver } from './driver.js';
import { OurDriver } from './our-driver.js';
import { PeerDrivers } from './peer-driver.js';
import { measureRounds, type Variant } from './rounds.js';

const PEER = 'peer, PICK_ZERO';

/** Engines driven by a program that has the photos at hand: no broker, no store. */
export async function benchDrivers({ pictures, rounds, loads }: BenchSettings): Promise<void> {
  const peers = await PeerDrivers.start(pictures);
  try {
    for (const { promptMs, photos } of loads) {
      const engine = await EngineStub.start({ promptMs, resultFile: pictures.resultFile });
      const drivers = [
        new OurDriver(pictures, { name: 'ours, lookahead 1', lookahead: 1 }),
        new OurDriver(pictures, { name: 'ours, lookahead 0', lookahead: 0 }),
        peers.driver({ name: PEER, mode: 'PICK_ZERO', promptMs }),
        peers.driver({ name: 'peer, PICK_LOWEST, 2 calls', mode: 'PICK_LOWEST', atOnce: 2, promptMs }),
      ];
      const variants = drivers.map((driver) => variantOf(driver, [engine]));
      const measured = await measureRounds(variants, { rounds, photos });
      await engine.stop();
      printBusy(`Client alone: ${photos} photos, ${promptMs} ms each`, measured, PEER);
    }
  } finally {
    await peers.close();
  }
}

/** A driver at work on these engines. */
export function variantOf({ name, drive }: Driver, engines: readonly EngineStub[]): Variant {
  const urls = engines.map(({ url }) => url);
  return { name, engines, work: (photos) => drive(urls, photos) };
}
