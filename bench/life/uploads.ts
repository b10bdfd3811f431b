import { buildTopology, BrokerConnection, ConfirmPublisher, TaskPublisher } from '@app/messaging';
import { freePort } from '../../test/support/free-port.js';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleTask } from '../../test/integration/messaging/samples.js';
import { measureAccepts } from './accepts.js';
import { ApiProcess } from './api-process.js';
import { Client, uploadOf } from './client.js';
import { largePhotos, megabytePhoto } from './photos.js';
import { printTable, quantile } from './table.js';

const CLIENTS = 20;
const SECONDS = 15;
const MB = 1_000_000;

/** Memory while large photos come, and how long it takes until a photo of 1 MB is accepted. */
export async function benchUploads(
  folder: string,
  amqpUrl: string,
  { profileDir }: { profileDir: string | undefined },
): Promise<void> {
  const api = await ApiProcess.start({
    amqpUrl,
    dataDir: join(folder, 'uploads'),
    port: await freePort(),
    profileDir,
  });
  try {
    const photo = await megabytePhoto();
    await measureAccepts(api.url, uploadOf(photo), 10, 2);
    const alone = await measureAccepts(api.url, uploadOf(photo), 60, 1);
    const bare = await BarePeer.start(amqpUrl, join(folder, 'bare'));
    const peer = await everySecond((_, i) => bare.accept(photo, i));
    await bare.close();
    const upload = uploadOf(photo);
    const clients = Array.from({ length: CLIENTS }, () => new Client(api.url));
    const ours = await everySecond(async (client) => (await clients[client]!.submit(upload)).ms);
    for (const client of clients) client.close();
    const row = (name: string, share: number) => {
      const [a, b] = [quantile(ours, share), quantile(peer, share)];
      return [name, a, b, a / b];
    };
    printTable(
      `${CLIENTS} clients, each a photo of ${(photo.length / MB).toFixed(1)} MB a second; ${ours.length} photos`,
      [
        ['', 'API', 'file + fsync + confirm', 'ratio'],
        row('accept p50 (ms)', 0.5),
        row('accept p95 (ms)', 0.95),
        row('accept p99 (ms)', 0.99),
        ['one client, one after the other, p50 (ms)', quantile(alone.latencies, 0.5)],
        ['one client, one after the other, p95 (ms)', quantile(alone.latencies, 0.95)],
        ['memory at the most (MiB)', api.memory.peak],
      ],
    );
  } finally {
    await api.stop();
  }
  await benchLarge(folder, amqpUrl);
}

/** A fresh process for each format: the most that a process ever used does not fall again. */
async function benchLarge(folder: string, amqpUrl: string): Promise<void> {
  const rows: (string | number)[][] = [
    ['', 'MB each', 'before (MiB)', 'at the most (MiB)', 'its children (MiB)', 's'],
  ];
  for (const [name, photo] of Object.entries(await largePhotos())) {
    const api = await ApiProcess.start({ amqpUrl, dataDir: join(folder, name), port: await freePort() });
    try {
      const before = api.memory.now;
      const began = performance.now();
      let children = 0;
      const watching = setInterval(() => (children = Math.max(children, api.memory.children)), 50);
      await measureAccepts(api.url, uploadOf(photo, name), 8, 8).finally(() => clearInterval(watching));
      const seconds = (performance.now() - began) / 1000;
      rows.push([name, photo.length / MB, before, api.memory.peak, children, seconds]);
    } finally {
      await api.stop();
    }
  }
  printTable('8 uploads at once', rows);
}

/** Each client sends once a second, all of them spread over it. */
async function everySecond(send: (client: number, index: number) => Promise<number>): Promise<number[]> {
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      await sleep((client * 1000) / CLIENTS);
      for (let second = 0; second < SECONDS; second++) {
        const began = performance.now();
        latencies.push(await send(client, client * SECONDS + second));
        await sleep(Math.max(0, 1000 - (performance.now() - began)));
      }
    }),
  );
  return latencies;
}

/** The least that a promise costs: the photo on disk, and a message that the broker has confirmed. */
class BarePeer {
  private constructor(
    private readonly folder: string,
    private readonly connection: BrokerConnection,
    private readonly publisher: ConfirmPublisher,
    private readonly tasks: TaskPublisher,
  ) {}

  static async start(url: string, folder: string): Promise<BarePeer> {
    mkdirSync(folder, { recursive: true });
    const connection = new BrokerConnection({ url, name: 'bench-bare' });
    const publisher = new ConfirmPublisher(connection, { topology: buildTopology(['person', 'building']) });
    await publisher.whenReady(15_000);
    return new BarePeer(folder, connection, publisher, new TaskPublisher(publisher));
  }

  /** @returns milliseconds. */
  async accept(photo: Buffer, index: number): Promise<number> {
    const began = performance.now();
    const file = await open(join(this.folder, `${index}.jpg`), 'w');
    await file.write(photo);
    await file.sync();
    await file.close();
    await this.tasks.publishTask(sampleTask('building'));
    return performance.now() - began;
  }

  async close(): Promise<void> {
    await this.publisher.close();
    await this.connection.close();
  }
}
