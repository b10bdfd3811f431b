import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AlbumView, NewAlbumLinkView } from '@app/contracts';
import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { english } from '../../../apps/web/src/words/en/index.js';
import { holdTypes } from '../hold.js';
import { launchChromium } from '../visitor.js';
import { OPERATOR_KEY } from './global-system.js';
import { Guest } from './guest.js';

/** The built-in engine needs about a second for each; two cores shared with everything else need more. */
const COLOURED = { timeout: 60_000, interval: 40 };
/** Of what the page itself does, on a machine that has much to do. */
const SOON = { timeout: 45_000 };
/** The tabs hear of it over their own connections; what is only looked for now and then comes later than this. */
const AT_ONCE_MS = 20_000;
/** For those who come for the first time, and for those who come back. */
const HOME = new RegExp(`^(${english.home.title}|${english.home.shelf.heading})$`);
const NAMES = ['外婆.jpg', 'harbour.jpg', 'wedding.jpg', 'school.jpg', 'garden.jpg', 'train.jpg'];

const ABORTED = /ERR_FAILED/;

const url = inject('pageUrl');
let browser: Browser;
/** Soon coloured. */
let small: Buffer;
let mother: Guest;
let page: Page;

beforeAll(async () => {
  browser = await launchChromium();
  const original = sharp(await readFile('test/fixtures/photos/grace-hopper.jpg')).greyscale();
  small = await original.clone().resize(320).jpeg().toBuffer();
  mother = await Guest.come(browser, url, { acceptDownloads: true });
  page = mother.page;
  page.setDefaultTimeout(SOON.timeout);
});
afterAll(async () => {
  await mother.leave();
  await browser.close();
});
// A violation of the Content-Security-Policy is a console error too.
afterEach(() => expect(mother.complaints.splice(0)).toEqual([]));

/** Goes home and begins an album of photos; none is equal to another: what stands behind a JPEG's end is no picture. */
async function beginAlbum(names: readonly string[], photo: Buffer, who = mother): Promise<void> {
  const { page } = who;
  await who.open('/#/', HOME);
  // A look for faces would take the processor that the engine needs.
  await page.getByRole('radio', { name: 'People', exact: true }).click();
  const photos = names.map((name) => ({ name, buffer: Buffer.concat([photo, randomBytes(16)]) }));
  await who.add(english.add.choose, photos);
  await cards(page)
    .nth(names.length - 1)
    .waitFor();
}

/** Adds photos, and looks at every picture that the page draws until all of them are in line. */
async function keepsPlaces(guest: Guest): Promise<void> {
  onTestFinished(await holdTypes(url, OPERATOR_KEY, ['person']));
  await guest.page.addInitScript(`{
    window.orders = new Set();
    const look = () => {
      const cards = [...document.querySelectorAll('[data-gallery] [role=listitem]')];
      const names = cards.map((card) => card.innerText.match(/\\S+\\.jpg/)[0]);
      if (names.length > 0) window.orders.add(names.join(', '));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }`);
  await beginAlbum(NAMES, small, guest);
  const inLine = cards(guest.page).getByText(/in line$/);
  await vi.waitFor(async () => expect(await inLine.count()).toBe(NAMES.length), COLOURED);
  const seen = await guest.page.evaluate<string[]>('[...window.orders]');
  // A few may be seen before the others are.
  const begun = NAMES.map((_, index) => NAMES.slice(0, index + 1).join(', '));
  expect(seen.filter((order) => !begun.includes(order))).toEqual([]);
  expect(seen.at(-1)).toBe(begun.at(-1));
}

const cards = (of: Page) => of.getByRole('list', { name: english.album.gallery }).getByRole('listitem');
const card = (name: string, of = page) => cards(of).filter({ hasText: name });
const button = (name: string | RegExp, of: Page | Locator = page) => of.getByRole('button', { name });
const item = (name: string | RegExp) => page.getByRole('menuitem', { name });

async function fromMenu(menu: string, name: string | RegExp): Promise<void> {
  await button(menu).click();
  await item(name).click();
}

async function namesShown(of = page): Promise<string[]> {
  const texts = await cards(of).allInnerTexts();
  return texts.map((text) => NAMES.find((name) => text.includes(name)) ?? text);
}

/** Another tab of the same browser. */
async function anotherTab(): Promise<Page> {
  const tab = await page.context().newPage();
  await tab.goto(page.url());
  await cards(tab).first().waitFor();
  return tab;
}

/** How much later the other tab has it than this one, in ms. */
async function delayOf(tab: Page, has: (where: Page) => Promise<void>): Promise<number> {
  const [here, there] = await Promise.all(
    [page, tab].map((where) => has(where).then(() => performance.now())),
  );
  return there! - here!;
}

describe('an album', () => {
  let orders: Set<string>;
  let words: Set<string>;

  it('is restored before the eyes of who waits: places in line, what happens, and each photo in its place', async () => {
    orders = new Set();
    words = new Set();
    const goOn = await holdTypes(url, OPERATOR_KEY, ['person']);
    onTestFinished(goOn);
    await beginAlbum(NAMES, small);
    await cards(page)
      .getByText(/in line$/)
      .first()
      .waitFor(SOON);
    const look = async () => {
      orders.add((await namesShown()).join(', '));
      for (const text of await cards(page).allInnerTexts())
        for (const line of text.split('\n')) words.add(line);
    };
    await look();
    await goOn();
    await vi.waitFor(async () => {
      await look();
      expect(await page.getByRole('heading', { name: 'All 6 photos are ready' }).count()).toBe(1);
    }, COLOURED);
    expect([...orders]).toEqual([NAMES.join(', ')]);
    expect([...words]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(Next|\d+(st|nd|rd|th)) in line$/)]),
    );
    expect([...words]).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(Your turn|Restoring|Working|Almost done)/)]),
    );
    await page
      .getByRole('status')
      .filter({ hasText: 'All 6 photos are ready.' })
      .waitFor({ state: 'attached' });
  });

  it('keeps each photo in its place where photos are sent faster than the page tells of it', async () => {
    const hasty = await Guest.come(browser, url);
    onTestFinished(() => hasty.leave());
    // As on a device that has so much to do, once the photos are seen, that the page's timers come late.
    await hasty.page.addInitScript(`{
      const later = window.setTimeout;
      window.setTimeout = (act, ms, ...rest) => later(act, ms === 100 && window.orders.size > 0 ? 1500 : ms, ...rest);
    }`);
    await keepsPlaces(hasty);
    expect(hasty.complaints).toEqual([]);
  });

  it('shows each photo once where an answer to it is lost', async () => {
    const unlucky = await Guest.come(browser, url);
    onTestFinished(() => unlucky.leave());
    let lost = 0;
    await unlucky.page.route('**/v1/albums/*/tasks', async (route) => {
      if (route.request().method() !== 'POST' || lost > 1) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort();
    });
    await keepsPlaces(unlucky);
    expect(lost).toBe(2);
    expect(unlucky.complaints.splice(0)).toEqual([
      expect.stringMatching(ABORTED),
      expect.stringMatching(ABORTED),
    ]);
  });

  it('shows each photo as it was before, as long as somebody holds the button', async () => {
    const before = button('Before: show harbour.jpg as it was');
    const picture = card('harbour.jpg').locator('img').last();
    const coloured = await picture.getAttribute('src');
    await before.hover();
    await vi.waitFor(async () => expect(await picture.getAttribute('src')).not.toBe(coloured), SOON);
    await page.mouse.move(0, 0);
    await vi.waitFor(async () => expect(await picture.getAttribute('src')).toBe(coloured), SOON);
  });

  it('is saved as one zip', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save all' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
    const zip = await readFile(await download.path());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    expect(zip.length).toBeGreaterThan(20_000);
  });

  it('gets another title in place', async () => {
    await button('Change the title').click();
    await page.getByRole('textbox', { name: 'Title of the album' }).fill('奶奶的箱子');
    await page.keyboard.press('Enter');
    await mother.heading('奶奶的箱子').waitFor();
    await page.reload();
    await mother.heading('奶奶的箱子').waitFor();
    await cards(page).nth(5).waitFor();
    expect(await namesShown()).toEqual(expect.arrayContaining(NAMES));
  });

  it('leads to a photo and back to the same place, by the keyboard too', async () => {
    await page.setViewportSize({ width: 420, height: 500 });
    const link = page.getByRole('link', { name: 'garden.jpg: Ready' });
    await link.focus();
    await link.scrollIntoViewIfNeeded();
    const { y } = (await link.boundingBox())!;
    await page.keyboard.press('Enter');
    await mother.heading(/garden\.jpg/).waitFor();
    await page.goBack();
    await link.waitFor();
    await vi.waitFor(async () => expect((await link.boundingBox())!.y).toBeCloseTo(y, -1), SOON);
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('garden.jpg: Ready');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('erases a photo after asking, in every tab at once', async () => {
    const tab = await anotherTab();
    await fromMenu('More for school.jpg', 'Erase…');
    await button('Erase the photo', page.getByRole('dialog')).click();
    const delay = await delayOf(tab, (where) => card('school.jpg', where).waitFor({ state: 'detached' }));
    expect(delay).toBeLessThan(AT_ONCE_MS);
    expect(await namesShown(tab)).toHaveLength(5);
    await tab.close();
  });

  it('can be looked at by a link, without anything that changes it', async () => {
    const albumId = new URL(page.url()).hash.split('/').at(-1)!;
    const answer = await page.request.post(`${url}/v1/albums/${albumId}/links`, {
      data: { access: 'view' },
      headers: { origin: url },
    });
    const { url: link } = (await answer.json()) as NewAlbumLinkView;
    const aunt = await Guest.come(browser, url);
    await aunt.open(link, '奶奶的箱子');
    await cards(aunt.page).nth(4).waitFor();
    for (const name of [english.add.more, 'Change the title', 'More for this album'])
      expect(await button(name, aunt.page).count()).toBe(0);
    await button('More for harbour.jpg', aunt.page).click();
    expect(await aunt.page.getByRole('menuitem').allTextContents()).toEqual([
      'Look at it',
      'Save the new picture',
    ]);
    expect(aunt.complaints).toEqual([]);
    await aunt.leave();
  });
});

describe('an album that is still in line', () => {
  let goOn: () => Promise<void>;
  beforeAll(async () => {
    goOn = await holdTypes(url, OPERATOR_KEY, ['person']);
  });
  afterAll(() => goOn());

  it('stops a photo and tries it again', async () => {
    await beginAlbum(NAMES, small);
    await card('train.jpg')
      .getByText(/in line$/)
      .waitFor(SOON);
    await fromMenu('More for train.jpg', 'Stop');
    await card('train.jpg').getByText('Stopped').waitFor(SOON);
    await button('Try again: train.jpg').click();
    await card('train.jpg')
      .getByText('Stopped')
      .waitFor({ state: 'detached', ...SOON });
    expect((await readAlbum()).counts.cancelled).toBe(0);
  });

  it('is the same after the page was loaded again, and in another tab', async () => {
    await page.reload();
    await cards(page).nth(5).waitFor();
    const tab = await anotherTab();
    await vi.waitFor(async () => expect(await namesShown(tab)).toEqual(await namesShown()), SOON);
    await fromMenu('More for this album', /^Stop the/);
    await button('Stop them', page.getByRole('dialog')).click();
    const delay = await delayOf(tab, (where) => cards(where).getByText('Stopped').first().waitFor(SOON));
    expect(delay).toBeLessThan(AT_ONCE_MS);
    await tab.close();
  });

  it('stands still when all were stopped, and says what became of it', async () => {
    await vi.waitFor(async () => {
      const album = await readAlbum();
      expect(album.counts.queued + album.counts.running).toBe(0);
      expect(album.counts.cancelled).toBeGreaterThan(0);
    }, SOON);
    await page
      .getByText(/^\d stopped$/)
      .first()
      .waitFor(SOON);
    await expect
      .poll(() =>
        cards(page)
          .getByText(/in line$/)
          .count(),
      )
      .toBe(0);
  });

  it('is erased after asking, and is gone for whoever looks at it', async () => {
    const tab = await anotherTab();
    await fromMenu('More for this album', 'Erase this album…');
    const dialog = page.getByRole('dialog');
    expect(await dialog.textContent()).toContain('6 photos and their new pictures are erased');
    await button('Erase the album', dialog).click();
    await mother.heading(HOME).waitFor();
    await tab.getByRole('heading', { name: english.album.gone.title }).waitFor(SOON);
    await tab.close();
    // A tab that finds its album gone has been told so by the API.
    mother.complaints.splice(0);
  });
});

async function readAlbum(): Promise<AlbumView> {
  const albumId = new URL(page.url()).hash.split('/').at(-1)!;
  const answer = await page.request.get(`${url}/v1/albums/${albumId}`);
  return (await answer.json()) as AlbumView;
}
