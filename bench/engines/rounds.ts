import type { BusyReport, EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import type { Driven } from './driver.js';

/** One way of working whose effect on engines is measured. */
export interface Variant {
  name: string;
  engines: readonly EngineStub[];
  /** Works through so many photos; resolves when the last is done. */
  work: (photos: number) => Promise<Driven>;
}

/** One round of one variant. */
export interface Round {
  driven: Driven;
  /** By engine. */
  busy: BusyReport[];
}

/** Photos for each engine that do not count: connections are opened, code is compiled. */
const WARM_UP = 5;

/**
 * Lets each variant do the same, round after round, and each round in another order: what the machine does beside it
 * hits all of them.
 * @param photos for each engine
 */
export async function measureRounds(
  variants: readonly Variant[],
  { rounds, photos }: { rounds: number; photos: number },
): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(variants.map(({ name }) => [name, []]));
  for (const { work, engines } of variants) await work(WARM_UP * engines.length);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < variants.length; turn++) {
      const { name, engines, work } = variants[(turn + round) % variants.length]!;
      await Promise.all(engines.map((engine) => engine.reset()));
      const driven = await work(photos * engines.length);
      const busy = await Promise.all(engines.map((engine) => engine.report()));
      measured.get(name)!.push({ driven, busy });
    }
  }
  return measured;
}
