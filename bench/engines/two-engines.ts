import { join } from 'node:path';
import { BenchBroker } from '../hop/bench-broker.js';
import { printTable, quantile } from '../life/table.js';
import { EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import { BenchWorkers } from './bench-workers.js';
import type { BenchSettings } from './bench-settings.js';
import type { Driver } from './driver.js';
import { variantOf } from './drivers.js';
import { OurDriver } from './our-driver.js';
import { PeerDrivers } from './peer-driver.js';
import { measureRounds, type Round, type Variant } from './rounds.js';

/** How many photos a second two engines do, as a multiple of what one does; 2.00 is the limit. */
export async function benchTwoEngines(settings: BenchSettings): Promise<void> {
  const { pictures, rounds } = settings;
  const start = () => EngineStub.start({ promptMs: 0, resultFile: pictures.resultFile });
  const engines = [await start(), await start()] as const;
  const peers = await PeerDrivers.start(pictures);
  const broker = await BenchBroker.start();
  const open: BenchWorkers[] = [];
  try {
    await broker.inVhost((one) =>
      broker.inVhost((two) =>
        broker.inVhost(async (three) => {
          const workers = async (name: string, amqpUrl: string, theirs: EngineStub[][]): Promise<Variant> => {
            const dataDir = join(settings.folder, name.replaceAll(' ', '-'));
            const started = await BenchWorkers.start(theirs, pictures, { amqpUrl, dataDir, lookahead: 1 });
            open.push(started);
            return { name, engines: theirs.flat(), work: (photos) => started.work(photos) };
          };
          const whole = [
            await workers('worker, 1 engine', one, [[engines[0]]]),
            await workers('worker, 2 engines', two, [[...engines]]),
            await workers('2 workers, 1 engine each', three, [[engines[0]], [engines[1]]]),
          ];
          for (const { promptMs, photos } of settings.loads) {
            const groups = [
              pairOf(new OurDriver(pictures, { name: 'our client', lookahead: 1 }), engines),
              pairOf(peers.driver({ name: 'peer, PICK_ZERO', mode: 'PICK_ZERO', promptMs }), engines),
              whole,
            ];
            await Promise.all(engines.map((engine) => engine.setPromptMs(promptMs)));
            const measured = await measureRounds(groups.flat(), { rounds, photos });
            printRates(`Two engines, ${photos} photos for each, ${promptMs} ms each`, groups, measured);
          }
          await Promise.all(open.splice(0).map((each) => each.close()));
        }),
      ),
    );
  } finally {
    await Promise.all(open.map((each) => each.close()));
    await peers.close();
    await Promise.all(engines.map((engine) => engine.stop()));
    await broker.close();
  }
}

/** The same driver with one engine and with both. */
function pairOf(driver: Driver, engines: readonly EngineStub[]): Variant[] {
  return [engines.slice(0, 1), engines].map((theirs) => ({
    ...variantOf(driver, theirs),
    name: `${driver.name}, ${theirs.length} engine${theirs.length === 1 ? '' : 's'}`,
  }));
}

/** In each group the first variant is the measure of the others. */
function printRates(
  title: string,
  groups: readonly (readonly Variant[])[],
  measured: ReadonlyMap<string, readonly Round[]>,
): void {
  const rows = groups.flatMap(([first, ...others]) => {
    const rates = (name: string) => measured.get(name)!.map(photosASecond);
    const one = rates(first!.name);
    const ratios = (name: string) => rates(name).map((rate, round) => rate / one[round]!);
    return [
      [first!.name, quantile(one, 0.5), '', '', ''],
      ...others.map(({ name }) => [
        name,
        quantile(rates(name), 0.5),
        quantile(ratios(name), 0.5).toFixed(3),
        `${Math.min(...ratios(name)).toFixed(3)}-${Math.max(...ratios(name)).toFixed(3)}`,
        measured
          .get(name)!
          .map(({ busy }) => busy.map(({ prompts }) => prompts).join('+'))
          .join(' '),
      ]),
    ];
  });
  printTable(title, [['by', 'photos a second', 'to one engine', 'least-most', 'photos by engine'], ...rows]);
}

/** From the start of the first prompt in any engine to the end of the last. */
function photosASecond({ busy }: Round): number {
  const from = Math.min(...busy.map(({ startedAt }) => startedAt));
  const to = Math.max(...busy.map(({ endedAt }) => endedAt));
  return (busy.reduce((sum, { prompts }) => sum + prompts, 0) * 1000) / (to - from);
}
