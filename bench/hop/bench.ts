import { BenchBroker } from './bench-broker.js';
import type { Lane } from './lane.js';
import { measure, median, type Round } from './measure.js';
import { openOurLane } from './our-lane.js';
import { openRawLane } from './raw-lane.js';

const ROUNDS = 9;
/** Not counted: what is compiled and what grows at first. */
const WARM_UP = { messages: 3000, inFlight: 50 };
const LOOPS = [
  { name: 'one at a time', messages: 300, inFlight: 1 },
  { name: '50 in flight', messages: 1500, inFlight: 50 },
];
const WORKERS = [['person'], ['person', 'building']];

/**
 * Measures a hop (publish, confirm, handler, ack) by amqplib alone and by libs/messaging, in turn on the same broker
 * (`AMQP_URL` with `AMQP_MANAGEMENT_URL`, else one of its own), and prints medians over the rounds. What counts is the
 * ratio within one run; the figures themselves depend on the machine and on what else it does. `--rounds N` for more
 * or fewer rounds (9).
 */
export async function benchHop(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--rounds');
  const rounds = at >= 0 ? Number(args[at + 1]) : ROUNDS;
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number above 0.');
  const broker = await BenchBroker.start();
  try {
    console.log(`${rounds} rounds each; times in ms; ratio: the median of the rounds' own ratios\n`);
    console.log(row('task types', 'messages', 'by', 'p50', 'p99', 'per s', 'p50 ratio', 'cost ratio'));
    for (const taskTypes of WORKERS) {
      await broker.inVhost(async (url) => {
        const lanes = { raw: await openRawLane(url, taskTypes), ours: await openOurLane(url, taskTypes) };
        await compare(lanes, taskTypes, rounds);
        await lanes.raw.close();
        await lanes.ours.close();
      });
    }
  } finally {
    await broker.close();
  }
}

async function compare(
  lanes: { raw: Lane; ours: Lane },
  taskTypes: readonly string[],
  rounds: number,
): Promise<void> {
  for (const lane of [lanes.raw, lanes.ours]) await measure(lane, taskTypes, WARM_UP);
  for (const { name, ...limits } of LOOPS) {
    const raw: Round[] = [];
    const ours: Round[] = [];
    for (let round = 0; round < rounds; round++) {
      raw.push(await measure(lanes.raw, taskTypes, limits));
      ours.push(await measure(lanes.ours, taskTypes, limits));
    }
    const p50Ratio = median(ours.map(({ p50 }, round) => p50 / raw[round]!.p50));
    const costRatio = median(ours.map(({ perSecond }, round) => raw[round]!.perSecond / perSecond));
    const subject = [String(taskTypes.length), name] as const;
    console.log(row(...subject, 'amqplib', ...figures(raw)));
    console.log(row(...subject, 'ours', ...figures(ours), p50Ratio.toFixed(2), costRatio.toFixed(2)));
  }
}

function figures(rounds: readonly Round[]): [string, string, string] {
  return [
    median(rounds.map(({ p50 }) => p50)).toFixed(2),
    median(rounds.map(({ p99 }) => p99)).toFixed(2),
    median(rounds.map(({ perSecond }) => perSecond)).toFixed(0),
  ];
}

function row(...cells: string[]): string {
  const widths = [10, 14, 8, 7, 7, 7, 10, 10];
  return cells
    .map((cell, i) => (i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
    .join(' ')
    .trimEnd();
}
