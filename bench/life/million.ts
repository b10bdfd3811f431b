import { freePort } from '../../test/support/free-port.js';
import { join } from 'node:path';
import { Line } from '../../apps/api/src/line/line.js';
import type { LineEntry } from '../../apps/api/src/line/line-entry.js';
import { measureAccepts } from './accepts.js';
import { ApiProcess } from './api-process.js';
import { Client, uploadOf } from './client.js';
import { fillLine } from './fill-line.js';
import { smallPhoto } from './photos.js';
import { printTable, quantile } from './table.js';

const ROUNDS = 16;
const LOOPS = [
  { name: 'one at a time', clients: 1, photos: 15 },
  { name: '8 clients', clients: 8, photos: 40 },
];
const LOOK_UPS = 100_000;

/**
 * An API with a long line beside one with an empty line, on the same broker and in turn: how long it takes to be ready,
 * its memory, what a place costs, how fast photos are taken in. What counts are the ratios.
 */
export async function benchMillion(
  folder: string,
  vhosts: { full: string; empty: string },
  { count, profileDir }: { count: number; profileDir: string | undefined },
): Promise<void> {
  const full = join(folder, 'full');
  const began = performance.now();
  const ids = await fillLine(full, count);
  console.log(`${count} waiting tasks written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const empty = await ApiProcess.start({
    amqpUrl: vhosts.empty,
    dataDir: join(folder, 'empty'),
    port: await freePort(),
  });
  const api = await ApiProcess.start({
    amqpUrl: vhosts.full,
    dataDir: full,
    port: await freePort(),
    profileDir,
  });
  try {
    const atStart = { full: api.memory, empty: empty.memory };
    const upload = uploadOf(await smallPhoto());
    const few = await Promise.all(ids.slice(0, 50).map(() => submitted(empty.url, upload)));
    const reads = { full: await readAll(api.url, ids), empty: await readAll(empty.url, few) };
    const accepts = await compareAccepts(api.url, empty.url, upload);
    printTable(`An API with ${count} waiting tasks beside one with an empty line`, [
      ['', 'full', 'empty', 'ratio'],
      ['ready after (s)', api.readyAfterMs / 1000, empty.readyAfterMs / 1000],
      ['memory when ready (MiB)', atStart.full.now, atStart.empty.now],
      ['memory at the most (MiB)', api.memory.peak, empty.memory.peak],
      ...(['GET /v1/tasks/{id} p50 (ms)', 'GET /v1/tasks/{id} p95 (ms)'] as const).map((name, index) => {
        const [a, b] = [reads.full, reads.empty].map((times) => quantile(times, index === 0 ? 0.5 : 0.95));
        return [name, a!, b!, a! / b!];
      }),
      ...accepts,
    ]);
  } finally {
    await api.stop();
    await empty.stop();
  }
  benchPlaces(count);
}

/** Photos a second by both in turn; the ratio is the median of the rounds' own ratios. */
async function compareAccepts(full: string, empty: string, upload: Buffer): Promise<(string | number)[][]> {
  const rows: (string | number)[][] = [];
  for (const { name, clients, photos } of LOOPS) {
    const rates: { full: number; empty: number }[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const measured = async (url: string) => (await measureAccepts(url, upload, photos, clients)).perSecond;
      const rate = { full: 0, empty: 0 };
      // Who comes second finds the machine as the first one left it.
      if (round % 2 === 0) rate.full = await measured(full);
      rate.empty = await measured(empty);
      if (round % 2 !== 0) rate.full = await measured(full);
      // What is compiled and what grows at first does not count.
      if (round > 0) rates.push(rate);
    }
    const median = (values: number[]) => quantile(values, 0.5);
    rows.push([
      `photos taken in per s, ${name}`,
      median(rates.map((rate) => rate.full)),
      median(rates.map((rate) => rate.empty)),
      median(rates.map((rate) => rate.full / rate.empty)),
    ]);
  }
  return rows;
}

async function submitted(url: string, upload: Buffer): Promise<string> {
  const client = new Client(url);
  const { task } = await client.submit(upload);
  client.close();
  return task.id;
}

async function readAll(url: string, ids: readonly string[]): Promise<number[]> {
  const client = new Client(url);
  const times: number[] = [];
  for (let round = 0; round < 500; round++) {
    const { task, ms } = await client.read(ids[(round * 37) % ids.length]!);
    if (task.queue_position === null) throw new Error('A waiting task has no place.');
    times.push(ms);
  }
  client.close();
  return times;
}

/** The structure itself, in this process. */
function benchPlaces(count: number): void {
  const entries = Array.from({ length: count }, (_, index): LineEntry => {
    const hex = index.toString(16).padStart(12, '0');
    return {
      id: `019aa000-0000-7000-8000-${hex}`,
      owner: `019aa000-0000-7000-9000-${(index % 2 === 0 ? 0 : index % 100_000).toString(16).padStart(12, '0')}`,
      level: 0,
      turn: index % 2 === 0 ? index / 2 : Math.floor(index / 200_000),
      dispatched: null,
      sentClass: null,
      queuedAt: 0,
    };
  });
  const loading = timed(() => Line.load(entries));
  const line = loading.result;
  const asked = Array.from({ length: LOOK_UPS }, (_, i) => entries[(i * 7919) % count]!);
  const places = timed(() => asked.forEach(({ id }) => line.place(id)));
  const moves = timed(() => {
    for (const entry of asked) {
      line.remove(entry.id);
      line.put(entry);
    }
  });
  printTable(`The line alone, ${count} tasks`, [
    ['loading (s)', loading.ms / 1000],
    ['a place (µs)', (places.ms * 1000) / LOOK_UPS],
    ['out and in again (µs)', (moves.ms * 1000) / LOOK_UPS],
  ]);
}

function timed<T>(work: () => T): { result: T; ms: number } {
  const began = performance.now();
  const result = work();
  return { result, ms: performance.now() - began };
}
