import { freePort } from '../../test/support/free-port.js';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureAccepts } from './accepts.js';
import { ApiProcess } from './api-process.js';
import { Client, uploadOf } from './client.js';
import { smallPhoto } from './photos.js';
import { printTable, quantile } from './table.js';
import { TimedWorker } from './timed-worker.js';

const SERVICE_MS = 200;
const SINGLES = 20;
const GIVE_UP_MS = 60_000;

/**
 * One owner's album waits while others come with one photo each, one after the other: after how many service times does
 * theirs begin?
 */
export async function benchFairness(
  folder: string,
  amqpUrl: string,
  { photos }: { photos: number },
): Promise<void> {
  const api = await ApiProcess.start({ amqpUrl, dataDir: join(folder, 'fairness'), port: await freePort() });
  try {
    const upload = uploadOf(await smallPhoto());
    const { perSecond } = await measureAccepts(api.url, upload, photos, 8);
    const worker = await TimedWorker.start(amqpUrl, SERVICE_MS);
    await until(() => worker.begun.size >= 5);
    const waits: number[] = [];
    const places: number[] = [];
    for (let single = 0; single < SINGLES; single++) {
      const visitor = new Client(api.url, NOBODY);
      const { task } = await visitor.submit(upload);
      const acceptedAt = performance.now();
      visitor.close();
      places.push(task.queue_position ?? 0);
      await until(() => worker.begun.has(task.id));
      waits.push((worker.begun.get(task.id)! - acceptedAt) / SERVICE_MS);
    }
    const turn = turnOf([...worker.begun.values()]);
    await worker.close();
    printTable(
      `${photos} photos of one owner wait, ${SINGLES} others come with one each (${SERVICE_MS} ms a photo)`,
      [
        ['photos taken in per s', perSecond],
        ['from one begin to the next (ms)', turn],
        ['place when accepted, at the most', Math.max(...places)],
        ['service times until it begins, p50', quantile(waits, 0.5)],
        ['service times until it begins, at the most', Math.max(...waits)],
      ],
    );
  } finally {
    await api.stop();
  }
}

/** A visitor without a cookie is another one each time. */
const NOBODY = '';

function turnOf(begins: readonly number[]): number {
  return quantile(
    begins.slice(1).map((at, i) => at - begins[i]!),
    0.5,
  );
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen in time.');
    await sleep(5);
  }
}
