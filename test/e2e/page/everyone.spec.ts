import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { english } from '../../../apps/web/src/words/en/index.js';
import { launchChromium } from '../visitor.js';
import { barriers } from './barriers.js';
import { Guest } from './guest.js';

const COLOURED = { timeout: 120_000 };
const ALBUM = /^Photos of /;

const url = inject('pageUrl');
let browser: Browser;
let guest: Guest;
let albumPath: string;
let photoPath: string;

beforeAll(async () => {
  browser = await launchChromium();
  guest = await Guest.come(browser, url);
  const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  await guest.open('/', english.home.title);
  await guest.add(english.add.choose, [
    { name: 'wedding.jpg', buffer: photo },
    { name: 'letter.jpg', buffer: Buffer.concat([photo.subarray(0, 3000)]) },
  ]);
  await guest.heading(ALBUM).waitFor();
  albumPath = `/${new URL(guest.page.url()).hash}`;
  const ready = guest.page.getByRole('link', { name: /wedding\.jpg/ }).first();
  await guest.page
    .getByText(english.album.progress.done.replace('{{count, number}}', '1'))
    .first()
    .waitFor(COLOURED);
  photoPath = `/${await ready.getAttribute('href')}`;
  // The browser itself writes down that the API refuses what is only the beginning of a photo.
  await vi.waitFor(() => expect(guest.complaints).toHaveLength(1));
  expect(guest.complaints.splice(0)).toEqual([expect.stringMatching(/422 .*\/tasks$/)]);
});
afterAll(async () => {
  await guest.leave();
  await browser.close();
});
afterEach(() => expect(guest.complaints.splice(0)).toEqual([]));

describe('keeps nobody out', () => {
  it('at the first visit', async () => {
    const first = await Guest.come(browser, url);
    await first.open('/', english.home.title);
    await first.page.getByRole('button', { name: english.add.choose }).waitFor();
    expect(await barriers(first.page)).toEqual([]);
    expect(first.complaints).toEqual([]);
    await first.leave();
  });

  it.each([
    ['the first page of somebody with albums', () => '/#/', english.home.shelf.heading],
    ['photos on their way to an album', () => '/#/new', /./],
    ['an album', () => albumPath, ALBUM],
    ['a photo', () => photoPath, /wedding/],
    ['an address that leads nowhere', () => '/#/nowhere', english.shell.not_found.title],
  ])('%s', async (_, path, heading) => {
    await guest.open(path(), heading);
    await guest.page.waitForLoadState('networkidle');
    expect(await barriers(guest.page)).toEqual([]);
  });

  it('the dialog to share', async () => {
    await guest.open(albumPath, ALBUM);
    await guest.page.getByRole('button', { name: english.share.button, exact: true }).click();
    await guest.page.getByRole('button', { name: english.share.make.button }).click();
    await guest.page.getByRole('textbox', { name: english.share.made.address }).waitFor();
    expect(await barriers(guest.page)).toEqual([]);
  });

  it('the dialog to erase', async () => {
    await guest.open(albumPath, ALBUM);
    await guest.page.getByRole('button', { name: english.album.actions.more }).click();
    await guest.page.getByRole('menuitem', { name: english.album.actions.erase }).click();
    await guest.page.getByRole('dialog', { name: english.album.erase.title }).waitFor();
    expect(await barriers(guest.page)).toEqual([]);
  });

  it('a link that opens nothing', async () => {
    await guest.open('/#link=prl_nothing', english.share.gone.title);
    expect(await barriers(guest.page)).toEqual([]);
    // The browser itself writes down that the API knows no such link.
    expect(guest.complaints.splice(0)).toEqual([expect.stringContaining('/v1/links/open')]);
  });
});

describe('by the keyboard alone', () => {
  it('goes past the header, and to an album', async () => {
    await guest.open('/#/', english.home.shelf.heading);
    const { page } = guest;
    const album = page.getByRole('link', { name: ALBUM });
    await album.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe(english.shell.skip);
    await page.keyboard.press('Enter');
    const passed: (string | null)[] = [];
    const isThere = async () => (await album.and(page.locator(':focus')).count()) === 1;
    while (!(await isThere()) && passed.length < 10) {
      await page.keyboard.press('Tab');
      passed.push(await page.locator(':focus').textContent());
    }
    expect(passed).not.toContain('中文');
    expect(await isThere()).toBe(true);
    await page.keyboard.press('Enter');
    await guest.heading(ALBUM).waitFor();
  });
});

describe('for those whom movement makes ill', () => {
  it('nothing moves that need not', async () => {
    await guest.open('/#/', english.home.shelf.heading);
    const { page } = guest;
    // Counted as they begin: one lasts a sixth of a second only.
    await page.evaluate('moves = 0; addEventListener("transitionrun", () => moves++, true)');
    const moves = () => page.evaluate<number>('moves');
    await page.mouse.move(0, 0);
    await page.getByRole('link', { name: ALBUM }).hover();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await moves()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.mouse.move(0, 0);
    await page.getByRole('link', { name: ALBUM }).hover();
    await expect.poll(moves).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
  });
});
