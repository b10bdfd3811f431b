import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { QRCodeSVG } from 'qrcode.react';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { english } from '../../../apps/web/src/words/en/index.js';
import { chinese } from '../../../apps/web/src/words/zh-CN/index.js';
import { launchChromium } from '../visitor.js';
import { Guest, PHONE } from './guest.js';
import { flattenWords, sentencesAmong } from './shown-words.js';

/** The built-in engine needs about a second for each; two cores shared with everything else need more. */
const COLOURED = { timeout: 120_000 };
const ALBUM = /^Photos of /;

const url = inject('pageUrl');
let browser: Browser;
let owner: Guest;
let albumUrl: string;
let photo: Buffer;

beforeAll(async () => {
  browser = await launchChromium();
  photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
  owner = await Guest.come(browser, url);
  await owner.open('/', english.home.title);
  await owner.add(english.add.choose, [
    { name: 'wedding.jpg', buffer: photo },
    { name: 'harbour.jpg', buffer: Buffer.concat([photo, Buffer.from('another')]) },
  ]);
  await owner.heading(ALBUM).waitFor();
  albumUrl = new URL(owner.page.url()).hash;
});
afterAll(() => browser.close());

/** Makes a link in the share dialog of the album that is open; answers its address. */
async function share(access: 'view' | 'edit'): Promise<string> {
  const { page } = owner;
  await owner.open(`/${albumUrl}`, ALBUM);
  await page.getByRole('button', { name: english.share.button, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: english.share.title });
  await dialog.getByRole('radio').filter({ hasText: english.share.access[access].text }).click();
  await dialog.getByRole('button', { name: english.share.make.button }).click();
  return dialog.getByRole('textbox', { name: english.share.made.address }).inputValue();
}

describe('somebody who comes back', () => {
  it('finds their album with its pictures, how far it is and until when it is kept', async () => {
    const { page } = owner;
    await owner.open('/#/', english.home.shelf.heading);
    await page.getByText('All 2 photos are ready').waitFor(COLOURED);
    await page.reload();
    const album = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: ALBUM }) });
    await album.getByText('All 2 photos are ready').waitFor();
    expect(await album.getByText(/kept until .+ \d{4}/).count()).toBe(1);
    await expect
      .poll(() =>
        album
          .locator('img')
          .evaluateAll((all) => all.map((one) => (one as { naturalWidth?: number }).naturalWidth)),
      )
      .toEqual([expect.any(Number), expect.any(Number)]);
    await album.getByRole('link').click();
    await owner.heading(ALBUM).waitFor();
    expect(owner.complaints).toEqual([]);
  });

  it('is at the heading of the room that they go to, for those who listen', async () => {
    await owner.open('/#/', english.home.shelf.heading);
    await owner.page.getByRole('link', { name: ALBUM }).click();
    await owner.heading(ALBUM).waitFor();
    await owner.heading(ALBUM).and(owner.page.locator(':focus')).waitFor();
    expect(await owner.page.locator(':focus').textContent()).toMatch(ALBUM);
    await owner.page.goBack();
    await owner.heading(english.home.shelf.heading).waitFor();
  });
});

describe('an album with a photo that could not be sent', () => {
  it('is not said to be ready before that photo is there again', async () => {
    const guest = await Guest.come(browser, url);
    await guest.open('/', english.home.title);
    await guest.add(english.add.choose, [
      { name: 'wedding.jpg', buffer: photo },
      { name: 'letter.jpg', buffer: photo.subarray(0, 3000) },
    ]);
    await guest.page.getByText('1 of 2 photos are ready').first().waitFor(COLOURED);
    const { hash } = new URL(guest.page.url());
    // What reads the photos that are kept on the device comes late, as over a slow line.
    let send = () => {};
    const mayCome = new Promise<void>((resolve) => (send = resolve));
    await guest.page.route(/\/assets\/photo-post-/, async (route) => {
      await mayCome;
      await route.continue();
    });
    await guest.open(`/${hash}`, ALBUM);
    await guest.page
      .getByRole('link', { name: /wedding\.jpg/ })
      .first()
      .waitFor();
    expect(await guest.page.getByText(/(is|are) ready/).allTextContents()).toEqual([]);
    send();
    await guest.page.getByText('1 of 2 photos are ready').first().waitFor();

    // The browser's own database does not answer at once, as after a crash of the browser.
    await guest.page.addInitScript(refuseDatabasesAtFirst);
    await guest.open(`/${hash}`, ALBUM);
    await guest.page.getByText('1 of 2 photos are ready').first().waitFor();
    expect(await guest.page.evaluate('globalThis.refusedDatabases')).toBe(1);
    await guest.leave();
  });
});

describe('a link', () => {
  it('lets others look, on another device and without signing in', async () => {
    const address = await share('view');
    expect(address).toMatch(new RegExp(`^${url}/#link=prl_`));
    const other = await Guest.come(browser, url);
    await other.page.goto(address);
    await other.heading(ALBUM).waitFor();
    const { page } = other;
    await page.getByText(english.album.view_only).waitFor();
    for (const name of [english.share.button, english.add.more])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
    await page.goto(`${url}/#/`);
    await page.getByText(english.home.album.shared.view).waitFor();
    await page.getByRole('button', { name: /^Take off this list: Photos of / }).click();
    await other.heading(english.home.title).waitFor();
    expect(other.complaints).toEqual([]);
    await other.leave();
  });

  it('lets others add photos too, where it says so, but make no links', async () => {
    const address = await share('edit');
    const other = await Guest.come(browser, url);
    await other.page.goto(address);
    await other.heading(ALBUM).waitFor();
    await other.page.getByRole('button', { name: english.add.more }).waitFor();
    expect(await other.page.getByRole('button', { name: english.share.button, exact: true }).count()).toBe(0);
    await other.page.goto(`${url}/#/`);
    await other.page.getByText(english.home.album.shared.edit).waitFor();
    expect(other.complaints).toEqual([]);
    await other.leave();
  });

  it('is in the picture for the cameras of phones', async () => {
    const address = await share('view');
    const shown = owner.page.getByRole('img', { name: english.share.made.code_title });
    const drawn = renderToStaticMarkup(createElement(QRCodeSVG, { value: address, marginSize: 3 }));
    expect(drawn).toContain(await shown.locator('path').last().getAttribute('d'));
  });

  it('opens nothing once it is ended, and says so', async () => {
    const address = await share('view');
    const other = await Guest.come(browser, url);
    await other.page.goto(address);
    await other.heading(ALBUM).waitFor();
    const dialog = owner.page.getByRole('dialog', { name: english.share.title });
    await dialog
      .getByRole('listitem')
      .filter({ hasText: english.share.list.made_now })
      .getByRole('button')
      .click();
    await dialog.getByRole('button', { name: english.share.list.end_really }).click();
    await dialog.getByText(english.share.list.made_now).waitFor({ state: 'detached' });
    await other.open('/#/', english.home.shelf.heading);
    await other.page.getByText(english.home.album.ended).waitFor();
    const late = await Guest.come(browser, url);
    await late.page.goto(address);
    await late.heading(english.share.gone.title).waitFor();
    expect(await late.page.getByText(english.share.gone.why).count()).toBe(1);
    await Promise.all([other.leave(), late.leave()]);
  });
});

describe('the dialog to share', () => {
  it('stays open, with the link, when the album changes behind it', async () => {
    const address = await share('view');
    const { page } = owner;
    const tab = await page.context().newPage();
    await tab.goto(`${url}/${albumUrl}`);
    const [chooser] = await Promise.all([
      tab.waitForEvent('filechooser'),
      tab.getByRole('button', { name: english.add.more }).click(),
    ]);
    const buffer = Buffer.concat([photo, Buffer.from('one more')]);
    await chooser.setFiles([{ name: 'school.jpg', mimeType: 'image/jpeg', buffer }]);
    await page.getByText('3 photos', { exact: true }).waitFor();
    await page.getByText('All 3 photos are ready').first().waitFor(COLOURED);
    const field = page.getByRole('textbox', { name: english.share.made.address });
    expect(await field.inputValue()).toBe(address);
    await field.press('Escape');
    const opener = page.getByRole('button', { name: english.share.button, exact: true });
    await opener.and(page.locator(':focus')).waitFor();
    await tab.close();
  });
});

describe('somebody who reads Chinese', () => {
  it('is answered in Chinese from the switch on, with no English sentence left', async () => {
    const { page } = owner;
    await owner.open('/#/', english.home.shelf.heading);
    await page.getByRole('button', { name: '中文' }).click();
    await owner.heading(chinese.home.shelf.heading).waitFor();
    await page.reload();
    await owner.heading(chinese.home.shelf.heading).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    const said = await sentencesAmong(page, flattenWords(english));
    await owner.open(`/${albumUrl}`, ALBUM);
    await page.getByRole('button', { name: chinese.share.button, exact: true }).click();
    await page.getByRole('dialog', { name: chinese.share.title }).waitFor();
    said.push(...(await sentencesAmong(page, flattenWords(english))));
    await owner.open('/#/nowhere', chinese.shell.not_found.title);
    said.push(...(await sentencesAmong(page, flattenWords(english))));
    // The album was named when the page spoke English.
    expect(said.filter((text) => !ALBUM.test(text))).toEqual([]);
    await page.getByRole('button', { name: 'English' }).click();
    await owner.heading(english.shell.not_found.title).waitFor();
    expect(await sentencesAmong(page, flattenWords(english))).toContain(english.shell.not_found.why);
  });
});

describe('on a phone', () => {
  it('nothing is wider than the screen', async () => {
    const address = await share('edit');
    const guest = await Guest.come(browser, url, { ...PHONE, locale: 'zh-CN' });
    await guest.open('/', chinese.home.title);
    const wider = { first: await guest.overflow() };
    await guest.page.goto(address);
    await guest.heading(ALBUM).waitFor();
    await guest.page
      .getByRole('link', { name: /wedding\.jpg/ })
      .first()
      .waitFor();
    Object.assign(wider, { album: await guest.overflow() });
    await guest.open('/#/', chinese.home.shelf.heading);
    await guest.page.getByRole('link', { name: ALBUM }).waitFor();
    Object.assign(wider, { home: await guest.overflow() });
    await guest.open('/#/nowhere', chinese.shell.not_found.title);
    Object.assign(wider, { nowhere: await guest.overflow() });
    expect(wider).toEqual({ first: 0, album: 0, home: 0, nowhere: 0 });
    await guest.leave();
  });
});

/** Runs in the page: the first time that the database of kept photos is opened, it cannot be. */
function refuseDatabasesAtFirst(): void {
  interface Request {
    readonly error: Error;
    onerror: (() => void) | null;
  }
  const { IDBFactory } = globalThis as unknown as {
    IDBFactory: { prototype: { open: (name: string) => Request } };
  };
  const { open } = IDBFactory.prototype;
  const counted = globalThis as { refusedDatabases?: number };
  counted.refusedDatabases = 0;
  IDBFactory.prototype.open = function (name) {
    if (name !== 'photo-repair-uploads' || counted.refusedDatabases! > 0) return open.call(this, name);
    counted.refusedDatabases = 1;
    const request: Request = { error: new Error('Internal error opening backing store'), onerror: null };
    setTimeout(() => request.onerror?.());
    return request;
  };
}
