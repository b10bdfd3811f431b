import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findRunningSystem } from '../../../apps/cli/src/system/running-system.js';
import { PrivateBroker } from '../../support/private-broker.js';
import { TestSystem } from '../../support/system.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { launchChromium } from '../visitor.js';

const PHOTO = 'test/fixtures/photos/grace-hopper.jpg';
/** Long enough on a slow line to be cut in its middle. */
const BIG_BYTES = 3_000_000;
const SLOW_BYTES_PER_S = 100_000;
const PATIENCE = { timeout: 30_000, interval: 100 };

let broker: PrivateBroker;
let system: TestSystem;
let proxy: TcpProxy;
let browser: Browser;
let folder: string;
let context: BrowserContext;
let page: Page;
let devtools: CDPSession | undefined;
/** Every request of all pages that begins an upload or goes on with it. */
let sent: { method: string; path: string; offset: number }[];
/** Uploads that the API has begun. */
let begun: number;

beforeAll(async () => {
  [broker, browser] = await Promise.all([PrivateBroker.start(), launchChromium()]);
  system = await TestSystem.start({ AMQP_URL: broker.amqpUrl });
  proxy = await TcpProxy.to(system.url);
  folder = await mkdtemp(join(tmpdir(), 'photo-repair-adding-'));
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await system.stop();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  proxy.pass();
  await context.close();
});

/** A photo that no other is equal to: what stands behind a JPEG's end belongs to its bytes, not to its picture. */
async function photo(name: string, bytes = 0): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, Buffer.concat([await readFile(PHOTO), randomBytes(Math.max(16, bytes))]));
  return path;
}

async function arrive(options: { withoutLocks?: boolean } = {}): Promise<void> {
  context = await browser.newContext({ locale: 'en-GB', baseURL: proxy.url });
  // As on any address but localhost without TLS.
  if (options.withoutLocks) await context.addInitScript('delete Navigator.prototype.locks');
  [sent, begun] = [[], 0];
  context.on('request', (request) => note(request));
  context.on('response', (response) => {
    if (response.status() === 201 && response.url().endsWith('/v1/uploads')) begun += 1;
  });
  page = await context.newPage();
  devtools = undefined;
  await page.goto('/');
}

function note(request: Request): void {
  const path = new URL(request.url()).pathname;
  if (!path.startsWith('/v1/uploads')) return;
  const offset = Number(request.headers()['upload-offset'] ?? 0);
  sent.push({ method: request.method(), path, offset });
}

async function choose(paths: string[], button = 'Choose photos'): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).first().click();
  await (await chooser).setFiles(paths);
}

async function album(of = page): Promise<string> {
  await of.waitForURL(/#\/albums\/[^/]+$/);
  return of.url().split('/').at(-1)!;
}

/** The names of the album's photos as the API has them, in its order. */
async function arrived(of = page): Promise<string[]> {
  const answer = await of.request.get(`/v1/albums/${await album(of)}/tasks`);
  const { items } = (await answer.json()) as { items: { filename: string }[] };
  return items.map(({ filename }) => filename);
}

/** Waits until the album has these photos and no others, and nothing is left to send. */
async function untilArrived(names: string[], of = page): Promise<void> {
  await vi.waitFor(async () => expect((await arrived(of)).toSorted()).toEqual(names.toSorted()), PATIENCE);
  await of.getByRole('region', { name: 'Sending photos' }).waitFor({ state: 'detached' });
}

/** How often the bytes of an upload were sent from their beginning. */
const fromTheBeginning = () => sent.filter(({ method, offset }) => method === 'PATCH' && offset === 0).length;

/** The bytes of the page leave it no faster; null for as fast as they can. */
async function throttle(bytesPerSecond: number | null): Promise<void> {
  devtools ??= await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond ?? -1,
  });
}

/** The page sends no more than so many photos at once. */
const AT_ONCE = 3;

/** Slows the line down, adds the photos and waits until the API has the first part of all that are sent at once. */
async function addUntilHalfway(paths: string[]): Promise<void> {
  // The page itself has come, and what it loads later too.
  await page.waitForLoadState('networkidle');
  await choose([await photo('first.jpg')]);
  await untilArrived(['first.jpg']);
  sent = [];
  begun = 0;
  const incoming = join(system.dataDir, 'incoming');
  await throttle(SLOW_BYTES_PER_S);
  await choose(paths, 'Add more photos');
  await vi.waitFor(async () => {
    const ids = sent.flatMap(({ method, path }) => (method === 'PATCH' ? [path.split('/').at(-1)!] : []));
    expect(ids).toHaveLength(Math.min(paths.length, AT_ONCE));
    const names = await readdir(incoming);
    for (const id of ids) {
      const { size } = await stat(
        join(
          incoming,
          names.find((name) => name.startsWith(id))!,
        ),
      );
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThan(BIG_BYTES);
    }
  }, PATIENCE);
}

describe('photos are added', () => {
  it('by the button, and begin an album; none is asked for twice', async () => {
    await arrive();
    await choose([await photo('外婆.jpg'), await photo('harbour.jpg')]);
    await untilArrived(['外婆.jpg', 'harbour.jpg']);
    expect(await arrived()).toEqual(['外婆.jpg', 'harbour.jpg']);
    expect(begun).toBe(2);
  });

  it('by the keyboard alone', async () => {
    await arrive();
    const button = page.getByRole('button', { name: 'Choose photos' });
    const chooser = page.waitForEvent('filechooser');
    await button.press('Enter');
    await (await chooser).setFiles([await photo('keys.jpg')]);
    await untilArrived(['keys.jpg']);
    expect(begun).toBe(1);
  });

  it('by dropping them with a folder of more; what is no photo is named and left out', async () => {
    await arrive();
    const paths = [await photo('dropped.jpg'), await photo('box/inside.jpg'), await photo('box/deep/er.jpg')];
    await Promise.all([
      writeFile(join(folder, 'box', 'letter.txt'), 'Dear grandmother'),
      writeFile(join(folder, 'box', 'Thumbs.db'), 'x'),
      writeFile(join(folder, 'box', '.hidden.jpg'), 'x'),
    ]);
    const data = { items: [], files: [paths[0]!, join(folder, 'box')], dragOperationsMask: 1 };
    const session = await context.newCDPSession(page);
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
    await drag('dragEnter');
    await drag('dragOver');
    await page.getByText('Let go to add the photos').waitFor();
    await drag('drop');
    await page.getByText('“letter.txt” was left out.').waitFor();
    await untilArrived(['dropped.jpg', 'inside.jpg', 'er.jpg']);
    expect(await page.getByText('Let go to add the photos').count()).toBe(0);
  });

  it('by pasting', async () => {
    await arrive();
    const base64 = (await readFile(PHOTO)).toString('base64');
    await page.getByRole('button', { name: 'Choose photos' }).waitFor();
    await page.evaluate(paste, base64);
    await untilArrived(['pasted.jpg']);
    expect(begun).toBe(1);
  });

  it('once each, unless they are wanted twice; files that cannot be used are answered for', async () => {
    await arrive();
    const [one, pdf] = [await photo('one.jpg'), join(folder, 'scan.jpg')];
    await writeFile(pdf, '%PDF-1.7');
    await choose([one]);
    await untilArrived(['one.jpg']);
    await choose([one, pdf], 'Add more photos');
    await page.getByText('2 photos could not be added').waitFor();
    expect(begun).toBe(1);
    await page.getByRole('button', { name: 'Show which and why' }).click();
    const refused = page.getByRole('alert').getByRole('listitem').filter({ hasText: 'scan.jpg' });
    await refused.getByText('JPG, PNG and BMP').waitFor();
    await page.getByRole('button', { name: 'Add it all the same' }).click();
    await untilArrived(['one.jpg', 'one.jpg']);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose another file for scan.jpg' }).click();
    await (await chooser).setFiles([await photo('scan-as.jpg')]);
    await untilArrived(['one.jpg', 'one.jpg', 'scan-as.jpg']);
    expect(await page.getByText('could not be added').count()).toBe(0);
  });
});

describe('a photo on its way goes on from where it was', () => {
  it('when the line was cut', async () => {
    await arrive();
    await addUntilHalfway([await photo('cut.jpg', BIG_BYTES)]);
    proxy.refuse();
    await page.getByText('No connection to the photo service').first().waitFor();
    await throttle(null);
    proxy.pass();
    await untilArrived(['first.jpg', 'cut.jpg']);
    expect([begun, fromTheBeginning()]).toEqual([1, 1]);
  });

  it('when the page was loaded again', async () => {
    await arrive();
    const more = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'];
    await addUntilHalfway(await Promise.all(more.map((name) => photo(name, BIG_BYTES))));
    proxy.reset();
    await throttle(null);
    await page.reload();
    await untilArrived(['first.jpg', ...more]);
    expect(await arrived()).toEqual(['first.jpg', ...more]);
    expect([begun, fromTheBeginning()]).toEqual([more.length, more.length]);
  });

  it('when the API died', async () => {
    await arrive();
    await addUntilHalfway([await photo('e.jpg', BIG_BYTES), await photo('f.jpg', BIG_BYTES)]);
    process.kill(apiProcess(), 'SIGKILL');
    proxy.reset();
    await throttle(null);
    await untilArrived(['first.jpg', 'e.jpg', 'f.jpg']);
    expect(begun).toBe(2);
  });

  it('when it was paused; one that was taken back never comes', async () => {
    await arrive();
    await addUntilHalfway([await photo('kept.jpg', BIG_BYTES)]);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('Your photo waits here until you go on.').waitFor();
    proxy.reset();
    await throttle(null);
    await choose([await photo('added.jpg', BIG_BYTES)], 'Add more photos');
    await page.getByText('2 photos wait here until you go on.').waitFor();
    await page.getByRole('button', { name: 'Go on' }).first().click();
    await untilArrived(['first.jpg', 'kept.jpg', 'added.jpg']);
    expect([begun, fromTheBeginning()]).toEqual([2, 2]);
    await throttle(SLOW_BYTES_PER_S);
    sent = [];
    await choose([await photo('stopped.jpg', BIG_BYTES)], 'Add more photos');
    // Before, there would be nothing at the API that had to be taken back.
    await vi.waitFor(() => expect(sent.at(-1)?.method).toBe('PATCH'), PATIENCE);
    await page.getByRole('button', { name: 'Stop sending' }).click();
    await page.getByRole('button', { name: 'Yes, take back' }).click();
    await page.getByRole('region', { name: 'Sending photos' }).waitFor({ state: 'detached' });
    await throttle(null);
    await vi.waitFor(() => expect(sent.at(-1)?.method).toBe('DELETE'), PATIENCE);
    expect(await arrived()).toHaveLength(3);
  });
});

describe('photos that wait', () => {
  it('without an album start by themselves once the photo service answers', async () => {
    await arrive();
    await choose([await photo('earlier.jpg')]);
    await untilArrived(['earlier.jpg']);
    await page.getByRole('banner').getByRole('link').click();
    await page.getByRole('button', { name: 'Choose photos' }).waitFor();
    proxy.refuse();
    await choose([await photo('early.jpg')]);
    await page.getByText('They start by themselves as soon as the photo service answers.').first().waitFor();
    proxy.pass();
    await untilArrived(['early.jpg']);
    expect(await arrived()).toEqual(['early.jpg']);
  });

  it.each([true, false])(
    'are sent by one tab, and by the other once it is closed (no locks: %s)',
    async (withoutLocks) => {
      await arrive({ withoutLocks });
      const left = ['left-1.jpg', 'left-2.jpg'];
      await addUntilHalfway(await Promise.all(left.map((name) => photo(name, BIG_BYTES))));
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText('2 photos wait here until you go on.').waitFor();
      proxy.reset();
      const other = await context.newPage();
      await other.goto(`/${new URL(page.url()).hash}`);
      await other.getByText('first.jpg').first().waitFor();
      expect(await other.getByText('Paused', { exact: true }).count()).toBe(0);
      await page.close();
      await other.getByRole('button', { name: 'Go on' }).first().click();
      await untilArrived(['first.jpg', ...left], other);
      expect(begun).toBe(2);
    },
  );

  it('and could not be kept are asked for once more, and known again', async () => {
    await arrive();
    await choose([await photo('x.jpg')]);
    await untilArrived(['x.jpg']);
    await throttle(SLOW_BYTES_PER_S);
    const lost = await photo('lost.jpg', BIG_BYTES);
    await choose([lost], 'Add more photos');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('If you close this page').waitFor({ state: 'detached' });
    await page.evaluate(forgetPhotos);
    proxy.reset();
    await throttle(null);
    await page.reload();
    await page.getByText('Please choose one photo once more').waitFor();
    await choose([lost], 'Choose them again');
    await page.getByRole('button', { name: 'Go on' }).first().click();
    await untilArrived(['x.jpg', 'lost.jpg']);
    expect(await page.getByText('once more').count()).toBe(0);
  });
});

function apiProcess(): number {
  const { pid } = findRunningSystem(system.dataDir)!.launcher;
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)], { encoding: 'utf8' });
  return Number.parseInt(
    children.split('\n').find((line) => line.includes('apps/api'))!,
    10,
  );
}

/** Runs in the page. */
function paste(base64: string): void {
  const { DataTransfer, ClipboardEvent, document } = globalThis as unknown as {
    DataTransfer: new () => { items: { add(file: File): void } };
    ClipboardEvent: new (type: string, init: object) => Event;
    document: EventTarget;
  };
  const clipboardData = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
  document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
}

/** Runs in the page: as a browser does that has no room. */
async function forgetPhotos(): Promise<void> {
  const { indexedDB } = globalThis as unknown as { indexedDB: { open(name: string): Asked } };
  interface Asked {
    onsuccess: () => void;
    result: { transaction(store: string, mode: string): Transaction; close(): void };
  }
  interface Transaction {
    oncomplete: () => void;
    objectStore(name: string): { clear(): void };
  }
  await new Promise<void>((resolve) => {
    const asked = indexedDB.open('photo-repair-photos');
    asked.onsuccess = () => {
      const transaction = asked.result.transaction('photos', 'readwrite');
      transaction.objectStore('photos').clear();
      transaction.oncomplete = () => {
        asked.result.close();
        resolve();
      };
    };
  });
}
