import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { AlbumView } from '@app/contracts';
import type { Browser } from 'playwright-core';
import { english } from '../../apps/web/src/words/en/index.js';
import { launchChromium } from '../../test/e2e/visitor.js';
import { dropFiles, makeScans } from '../../test/e2e/page/scans.js';
import { EngineStub } from '../../test/support/engine-stub/engine-stub.js';
import { PrivateBroker } from '../../test/support/private-broker.js';
import { TestSystem } from '../../test/support/system.js';
import { firstView, type FirstView } from './first-view.js';
import { WatchedPage, type LongTasks, type Scrolling } from './watched-page.js';

const SCROLL_MS = 6000;
const LOOK_EVERY_MS = 250;
const FIRST_VIEWS = 5;

/**
 * Measures the page as built (`npm run build`) in Chromium: its first view on a slow phone, and with an album of many photos, dropped at once:
 * time to the first small picture, until all are sent and until all are ready; long tasks, frames while scrolling,
 * elements and memory, while photos are sent and afterwards, as pictures and as a list. The engine takes no time.
 * `--photos N` for more or fewer than 500; `--width N` for scans wider than 176 pixels (20 kB), such as 4000 (12 megapixels).
 */
export async function benchPage(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { photos: { type: 'string', default: '500' }, width: { type: 'string', default: '176' } },
  });
  const count = Number(values.photos);
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-bench-page-'));
  const names = Array.from({ length: count }, (_, index) => `scan ${String(index + 1).padStart(4, '0')}.jpg`);
  const scans = await makeScans(folder, names, Number(values.width));
  const [broker, engine] = await Promise.all([PrivateBroker.start(), EngineStub.start({ promptMs: 0 })]);
  const system = await TestSystem.start({ AMQP_URL: broker.amqpUrl, COMFYUI_URLS: engine.url });
  const browser = await launchChromium();
  try {
    await tellFirstView(browser, system.url);
    const watched = await WatchedPage.open(browser, system.url);
    await watched.page.getByRole('heading', { level: 1, name: english.home.title }).waitFor();
    await measure(watched, scans);
    await watched.close();
  } finally {
    await browser.close();
    await system.stop();
    await engine.stop();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of several, since a busy machine tells little by one. */
async function tellFirstView(browser: Browser, url: string): Promise<void> {
  const views: FirstView[] = [];
  for (let time = 0; time < FIRST_VIEWS; time++) views.push(await firstView(browser, url));
  const middle = views.toSorted((a, b) => a.largestMs - b.largestMs)[Math.floor(FIRST_VIEWS / 2)]!;
  console.log(
    `The home page on a slow phone (1.6 Mbit/s, 150 ms, a quarter of this processor), the middle one of ${FIRST_VIEWS}:`,
  );
  console.log(
    `  first words after ${(middle.firstMs / 1000).toFixed(2)} s, largest picture after ${(middle.largestMs / 1000).toFixed(2)} s, ${(middle.bytes / 1000).toFixed(0)} kB`,
  );
}

async function measure(watched: WatchedPage, scans: readonly string[]): Promise<void> {
  const { page } = watched;
  await tellState(watched, 'the home page');
  await watched.longTasks();
  const began = performance.now();
  const passed = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const firstMs = await watched.untilFirstPicture(() => dropFiles(page, scans));
  console.log(`\n${scans.length} photos dropped at once`);
  console.log(`  first small picture after ${(firstMs / 1000).toFixed(1)} s`);
  await page
    .getByRole('button', { name: `${english.archive.state.all} ${scans.length}`, exact: true })
    .waitFor();
  console.log(`  all are in the album after ${passed()}`);
  tellScrolling('while they are sent', await watched.scroll(SCROLL_MS), await watched.longTasks());
  await until(page.url(), ({ total }) => total === scans.length, watched);
  console.log(`  all are sent after ${passed()}`);
  await tellState(watched, 'when all are sent');
  await until(page.url(), ({ succeeded }) => succeeded === scans.length, watched);
  console.log(`  all are ready after ${passed()}`);
  tellLongTasks('since scrolling, until all are ready', await watched.longTasks());
  await page
    .getByRole('button', { name: `${english.archive.state.ready} ${scans.length}`, exact: true })
    .waitFor();
  tellScrolling('as pictures', await watched.scroll(SCROLL_MS), await watched.longTasks());
  await tellState(watched, 'as pictures');
  await page.getByTitle(english.archive.view.list, { exact: true }).click();
  await page.getByRole('table', { name: english.archive.table.label }).waitFor();
  tellScrolling('as a list', await watched.scroll(SCROLL_MS), await watched.longTasks());
  await tellState(watched, 'as a list');
}

/** Asks the API, not the page, how far the album is. */
async function until(
  address: string,
  isSo: (counts: AlbumView['counts']) => boolean,
  { page }: WatchedPage,
): Promise<void> {
  const { hash, origin } = new URL(address);
  const id = hash.split('/').at(-1);
  for (;;) {
    const answer = await page.request.get(`${origin}/v1/albums/${id}`);
    if (isSo(((await answer.json()) as AlbumView).counts)) return;
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
}

function tellScrolling(what: string, { fps, p99Ms, slowestMs }: Scrolling, longTasks: LongTasks): void {
  console.log(
    `  scrolling ${what}: ${fps.toFixed(0)} frames a second, p99 ${p99Ms.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms`,
  );
  tellLongTasks(what, longTasks);
}

function tellLongTasks(what: string, { count, longestMs, totalMs }: LongTasks): void {
  console.log(
    `  long tasks ${what}: ${count}, longest ${longestMs.toFixed(0)} ms, together ${(totalMs / 1000).toFixed(1)} s`,
  );
}

async function tellState(watched: WatchedPage, what: string): Promise<void> {
  const { heapMib, privateMib, residentMib } = await watched.memory();
  console.log(
    `  ${what}: ${await watched.elements()} elements, ${heapMib.toFixed(0)} MiB of JavaScript, ${privateMib.toFixed(0)} MiB of memory (${residentMib.toFixed(0)} MiB with the browser's program)`,
  );
}
