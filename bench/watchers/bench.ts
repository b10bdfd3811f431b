import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LIVE_PATH, type TaskView } from '@app/contracts';
import { BenchBroker } from '../hop/bench-broker.js';
import { OPERATOR_KEY, WatchedApi } from './watched-api.js';
import { WatchingProcesses } from './watching-processes.js';

const ROUNDS = 20;
/** What follows a step (a new place, the next hand-over) has been told by then. */
const PAUSE_MS = 1500;
const PHOTO = 'test/fixtures/photos/grace-hopper.jpg';

/**
 * Measures the API as built (`npm run build`) with 10,000 live sockets: what each costs in memory, and how long it takes
 * from a request until every socket has heard what it changed. First all watch one album; then each watches one of the
 * tasks that wait, and all of them move when the first one goes. `--sockets N` for more or fewer.
 */
export async function benchWatchers(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { sockets: { type: 'string', default: '10000' } },
  });
  const sockets = Number(values.sockets);
  const broker = await BenchBroker.start();
  try {
    for (const measure of [benchAlbum, benchLine]) {
      const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-bench-'));
      await broker.inVhost(async (url) => {
        const api = await WatchedApi.start(url, dataDir);
        try {
          await measure(api, sockets);
        } finally {
          await api.stop();
        }
      });
      await rm(dataDir, { recursive: true, force: true });
    }
  } finally {
    await broker.close();
  }
}

/** A step of one photo is told to all who watch its album. */
async function benchAlbum(api: WatchedApi, sockets: number): Promise<void> {
  const album = (await api.call('POST', '/v1/albums', { title: 'bench' })) as { id: string };
  const tasks = await addPhotos(api, ROUNDS + 1, `/v1/albums/${album.id}/tasks`);
  const watching = await watch(api, [`album:${album.id}`], sockets, 'one album');
  const times: number[] = [];
  for (const { id } of tasks.slice(1)) {
    times.push(...(await watching.timesOf('step', () => api.call('POST', `/v1/tasks/${id}/cancel`))));
    await sleep(PAUSE_MS);
  }
  report('a step, to all of them', times);
  await watching.close();
}

/** The first in line goes, and the place of every task that is watched is another. */
async function benchLine(api: WatchedApi, sockets: number): Promise<void> {
  const tasks = await addPhotos(api, 200, '/v1/tasks');
  const first = tasks.slice(0, ROUNDS);
  // Those right behind are handed to the broker meanwhile, and a step tells their place.
  const watched = tasks.slice(2 * ROUNDS);
  const topics = watched.map(({ id }) => `task:${id}`);
  const watching = await watch(api, topics, sockets, `${topics.length} tasks in line`);
  const times: number[] = [];
  for (const { id } of first) {
    times.push(...(await watching.timesOf('places', () => api.call('POST', `/v1/tasks/${id}/cancel`))));
    await sleep(PAUSE_MS);
  }
  report('its new place, to each of them', times);
  await watching.close();
}

async function watch(
  api: WatchedApi,
  topics: string[],
  sockets: number,
  what: string,
): Promise<WatchingProcesses> {
  await sleep(PAUSE_MS);
  const before = api.memory;
  const began = performance.now();
  const url = api.url.replace('http', 'ws') + LIVE_PATH;
  const watching = await WatchingProcesses.open(url, OPERATOR_KEY, topics, sockets);
  const seconds = (performance.now() - began) / 1000;
  await sleep(PAUSE_MS);
  const each = (api.memory - before) / sockets / 1024;
  console.log(`\n${sockets} sockets watch ${what}`);
  console.log(`  all open after ${seconds.toFixed(1)} s; ${each.toFixed(1)} KB each at the API`);
  console.log(`  the API: ${mib(before)} MB before, ${mib(api.memory)} MB with them`);
  return watching;
}

async function addPhotos(api: WatchedApi, count: number, path: string): Promise<TaskView[]> {
  const photo = new Blob([new Uint8Array(await readFile(PHOTO))]);
  const tasks: TaskView[] = [];
  for (let added = 0; added < count; added += 1) {
    const form = new FormData();
    form.append('type', 'person');
    form.append('image', photo, `${added}.jpg`);
    const answer = (await api.call('POST', path, form)) as TaskView | { items: { task: TaskView }[] };
    tasks.push('items' in answer ? answer.items[0]!.task : answer);
  }
  return tasks;
}

function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!.toFixed(0);
  console.log(`  ${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, the last ${at(1)} ms (${ROUNDS} rounds)`);
}

function mib(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
