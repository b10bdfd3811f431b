import type { TaskView } from '@app/contracts';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { english } from '../../../apps/web/src/words/en/index.js';
import { EngineStub } from '../../support/engine-stub/engine-stub.js';
import { PrivateBroker } from '../../support/private-broker.js';
import { TestSystem } from '../../support/system.js';
import { launchChromium } from '../visitor.js';
import { Guest } from './guest.js';
import { dropFiles, makeScans } from './scans.js';
import { readZip } from './read-zip.js';

/** The engine is too full for the first box; the second one comes when it has room. */
const FIRST = Array.from(
  { length: 20 },
  (_, index) => `box 1 scan ${String(index + 1).padStart(3, '0')}.jpg`,
);
const SECOND = Array.from(
  { length: 100 },
  (_, index) => `箱2 scan ${String(index + 1).padStart(3, '0')}.jpg`,
);
const ALL = FIRST.length + SECOND.length;
/** The engine takes no time; the page, the API and the worker share two cores with everything else. */
const WORKED_OFF = { timeout: 200_000 };
/** Expectation B28 of the checklist: an album of any length has fewer. */
const MOST_NODES = 3000;
const { archive } = english;

let broker: PrivateBroker;
let system: TestSystem;
let engine: EngineStub;
let browser: Browser;
let folder: string;
let staff: Guest;
let page: Page;

beforeAll(async () => {
  [broker, browser, engine] = await Promise.all([
    PrivateBroker.start(),
    launchChromium(),
    EngineStub.start({ promptMs: 0 }),
  ]);
  await engine.become('out_of_memory');
  system = await TestSystem.start({
    AMQP_URL: broker.amqpUrl,
    COMFYUI_URLS: engine.url,
    // What fails stays failed until somebody tries it again.
    RETRY_ATTEMPTS: '0',
    // The first picture would find no memory, and the engine would get no other.
    ENGINE_WARM_UP: 'false',
  });
  folder = await mkdtemp(join(tmpdir(), 'photo-repair-archive-'));
  staff = await Guest.come(browser, system.url, { acceptDownloads: true });
  page = staff.page;
});
afterAll(async () => {
  await browser.close();
  await system.stop();
  await engine.stop();
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

const state = (name: string, count: number) =>
  page.getByRole('button', { name: `${name} ${count}`, exact: true });
const button = (name: string | RegExp) => page.getByRole('button', { name });
const status = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text });
const cards = () => page.getByRole('list', { name: english.album.gallery }).getByRole('listitem');
const rows = () => page.getByRole('table', { name: archive.table.label }).getByRole('row');

async function fromMenu(item: string | RegExp): Promise<void> {
  await button(archive.menu.open).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** The album's tasks as the API has them, in its order. */
async function tasks(): Promise<TaskView[]> {
  const id = new URL(page.url()).hash.split('/').at(-1)!;
  const all: TaskView[] = [];
  for (let path = `/v1/albums/${id}/tasks?limit=100`; ;) {
    const answer = await page.request.get(new URL(path, system.url).href);
    const { items, next_cursor: next } = (await answer.json()) as {
      items: TaskView[];
      next_cursor: string | null;
    };
    all.push(...items);
    if (next === null) return all;
    path = `/v1/albums/${id}/tasks?limit=100&cursor=${encodeURIComponent(next)}`;
  }
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

const nodes = () => page.evaluate<number>('document.querySelectorAll("*").length');

describe('archive staff with boxes of photos', () => {
  it('drop the first box; what does not work is counted by its state', async () => {
    await staff.open('/#/', english.home.title);
    // The album is of one kind; nobody has to look for faces.
    await page.getByRole('radio', { name: /^Buildings/ }).check({ force: true });
    await dropFiles(page, await makeScans(folder, FIRST));
    await state(archive.state.failed, FIRST.length).waitFor(WORKED_OFF);
    expect(await state(archive.state.all, FIRST.length).getAttribute('aria-pressed')).toBe('true');
  });

  it('give a list of own numbers before the second box, and are told what does not fit', async () => {
    const list = [
      ['文件名', 'Note', '编号'],
      ...SECOND.map((name, index) => [name.toUpperCase(), 'a, "b"', `箱2/${index + 1}`]),
      [FIRST[0]!, '', 'too late'],
      ['nobody.jpg', '', '=1+1'],
      ['nameless.jpg', '', ''],
      ['twice.jpg', '', '1'],
      ['twice.jpg', '', '2'],
    ];
    const path = join(folder, 'numbers.csv');
    await writeFile(path, Buffer.from(`\uFEFF${Papa.unparse(list, { delimiter: ';' })}`, 'utf16le'));
    await fromMenu(archive.menu.list_in);
    const dialog = page.getByRole('dialog', { name: archive.list.title });
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      dialog.getByRole('button', { name: archive.list.choose }).click(),
    ]);
    await chooser.setFiles(path);
    await dialog.getByRole('heading', { name: archive.list.result }).waitFor();
    const report = await dialog.getByRole('list').innerText();
    expect(report.split('\n').filter((line) => line !== '')).toEqual([
      '101 rows have no photo here yet; their numbers wait until you add them',
      expect.stringMatching(/^箱2 SCAN 001\.JPG, .* and 96 more$/),
      '19 photos are not in the list',
      expect.stringMatching(/^box 1 scan 002\.jpg, .* and 14 more$/),
      '1 photo was sent already and cannot get another number',
      FIRST[0],
      '1 file name is in the list with different numbers, so none of them is used',
      'twice.jpg',
      '1 row has no file name or no number: row 104',
    ]);
    await dialog.getByRole('button', { name: archive.list.use }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('drop a hundred at once; the page scrolls meanwhile, and has few elements', async () => {
    await engine.become('well');
    await dropFiles(page, await makeScans(folder, SECOND));
    await state(archive.state.all, ALL).waitFor(WORKED_OFF);
    const box = (await cards().first().boundingBox())!;
    await page.mouse.move(box.x + 10, box.y + 10);
    await page.mouse.wheel(0, 2000);
    await expect.poll(() => page.evaluate<number>('scrollY')).toBeGreaterThan(500);
    expect(await nodes()).toBeLessThan(MOST_NODES);
    await state(archive.state.ready, SECOND.length).waitFor(WORKED_OFF);
    expect(await nodes()).toBeLessThan(MOST_NODES);
  });

  it('find photos by their state, their name and their own number', async () => {
    await state(archive.state.failed, FIRST.length).click();
    await status(`20 of ${ALL} photos shown`).waitFor();
    expect(await cards().first().innerText()).toContain('box 1 scan');
    await state(archive.state.all, ALL).click();
    const find = page.getByRole('searchbox', { name: archive.find.label });
    await find.fill('箱2/17');
    await status(`1 of ${ALL} photos shown`).waitFor();
    expect(await cards().allInnerTexts()).toEqual([expect.stringContaining(SECOND[16]!)]);
    await find.fill('no such photo');
    await page.getByText(archive.none_shown).waitFor();
    await button(archive.show_all).click();
    expect(await find.inputValue()).toBe('');
  });

  it('see them as a list with numbers, states and reasons, in the order of the album', async () => {
    await page.getByTitle(archive.view.list, { exact: true }).click();
    const table = page.getByRole('table', { name: archive.table.label });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(ALL + 1));
    const known = await tasks();
    expect(await rows().nth(1).innerText()).toContain(known[0]!.filename);
    expect(await rows().nth(2).innerText()).toContain(archive.reason.out_of_memory);
    await page.keyboard.press('End');
    const last = rows().filter({ hasText: known.at(-1)!.filename });
    await last.waitFor();
    expect(await last.getAttribute('aria-rowindex')).toBe(String(ALL + 1));
    expect(await last.innerText()).toContain(known.at(-1)!.client_ref);
    expect(await nodes()).toBeLessThan(MOST_NODES);
    await page.keyboard.press('Home');
  });

  it('try again only what failed, by its reason', async () => {
    const before = (await tasks()).filter((task) => task.status === 'succeeded');
    await fromMenu(/^Try 20 failed photos again/);
    const dialog = page.getByRole('dialog', { name: archive.retry.title });
    const reason = dialog.getByRole('checkbox', { name: `20 × ${archive.reason.out_of_memory}` });
    expect(await reason.isChecked()).toBe(true);
    await reason.uncheck();
    expect(await dialog.getByRole('button', { name: archive.retry.none }).isDisabled()).toBe(true);
    await reason.check();
    await dialog.getByRole('button', { name: 'Try 20 photos again' }).click();
    await state(archive.state.ready, ALL).waitFor(WORKED_OFF);
    const after = new Map((await tasks()).map((task) => [task.id, task]));
    expect(before.map(({ id }) => after.get(id)!.attempts)).toEqual(before.map(({ attempts }) => attempts));
  });

  it('select a range with the shift key, all with a key, and none with Escape', async () => {
    const box = (index: number) => rows().nth(index).getByRole('checkbox');
    await box(3).click();
    await box(7).click({ modifiers: ['Shift'] });
    await status('5 photos selected').waitFor();
    await page.keyboard.press('Control+a');
    await status(`${ALL} photos selected`).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: archive.chosen.region }).waitFor({ state: 'detached' });
    // The bar that had the buttons is gone; who goes on with the keyboard is not at the top of the page again.
    expect(await page.evaluate('document.activeElement !== document.body')).toBe(true);
  });

  it('save the selected ones as a zip, each picture under the name of its photo', async () => {
    await page.getByRole('searchbox', { name: archive.find.label }).fill('箱2');
    await status(`100 of ${ALL} photos shown`).waitFor();
    await button(archive.choose).click();
    await page.keyboard.press('Control+a');
    await status('100 photos selected').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button('Save 100 new pictures as a zip file').click(),
    ]);
    const entries = await readZip(await bytesOf(download));
    const pictures = new Map([...entries].filter(([name]) => name !== 'manifest.csv'));
    const expected = (await tasks())
      .filter(({ filename }) => filename.startsWith('箱2'))
      .map(({ filename, output }) => [filename.replace('.jpg', '_restored.png'), output!.sha256]);
    const sums = [...pictures].map(([name, bytes]) => [
      name,
      createHash('sha256').update(bytes).digest('hex'),
    ]);
    expect(new Map(sums as [string, string][])).toEqual(new Map(expected as [string, string][]));
    await page.keyboard.press('Escape');
  });

  it('save the list of all photos, with their own numbers', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), fromMenu(archive.menu.list_out)]);
    const { data } = Papa.parse<Record<string, string>>(
      (await bytesOf(download)).toString().replace('\uFEFF', ''),
      {
        header: true,
        skipEmptyLines: true,
      },
    );
    const numbers = new Map(data.map((row) => [row['filename'], row['client_ref']]));
    expect(numbers).toEqual(
      new Map([
        ...FIRST.map((name) => [name, ''] as const),
        ...SECOND.map((name, index) => [name, `箱2/${index + 1}`] as const),
      ]),
    );
    expect(new Set(data.map((row) => row['status']))).toEqual(new Set(['succeeded']));
  });

  it('erase the selected ones, after being asked', async () => {
    await page.getByRole('searchbox', { name: archive.find.label }).fill('box 1');
    await button(archive.choose).click();
    await page.keyboard.press('Control+a');
    await button('Erase 20 photos').click();
    const dialog = page.getByRole('dialog', { name: 'Erase 20 photos?' });
    await dialog.getByText('20 of them are ready.').waitFor();
    await dialog.getByRole('button', { name: 'Erase 20 photos' }).click();
    await state(archive.state.all, SECOND.length).waitFor(WORKED_OFF);
    expect((await tasks()).map(({ filename }) => filename).toSorted()).toEqual(SECOND);
    expect(staff.complaints).toEqual([]);
  });
});
