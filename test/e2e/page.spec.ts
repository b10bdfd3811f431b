import { meanChroma } from '@app/imaging';
import { readFile } from 'node:fs/promises';
import type { Browser, Locator } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PrivateBroker } from '../support/private-broker.js';
import { TestSystem } from '../support/system.js';
import { launchChromium, Visitor } from './visitor.js';

/** The built-in engine needs about a second for each; two cores shared with everything else need more. */
const COLOURED = { timeout: 120_000 };

let broker: PrivateBroker;
let system: TestSystem;
let browser: Browser;
let url: string;
let photo: { name: string; mimeType: string; buffer: Buffer };

beforeAll(async () => {
  [broker, browser] = await Promise.all([PrivateBroker.start(), launchChromium()]);
  system = await TestSystem.start({ AMQP_URL: broker.amqpUrl });
  url = system.url;
  const original = await readFile('test/fixtures/photos/grace-hopper.jpg');
  photo = {
    name: '外婆.jpg',
    mimeType: 'image/jpeg',
    buffer: await sharp(original).greyscale().jpeg().toBuffer(),
  };
});
afterAll(async () => {
  await browser.close();
  await system.stop();
  await broker.stop();
});

describe('a visit', () => {
  let visitor: Visitor;
  let done: Locator;

  beforeAll(async () => {
    visitor = await Visitor.arrive(browser, url);
    done = visitor.page.locator('[data-phase=done]');
  });

  it('asks in plain words what is wanted, with a choice made already', async () => {
    const kinds = visitor.page.locator('.kind strong');
    expect((await kinds.allTextContents()).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'Buildings',
      'Dust and scratches',
      'Larger',
      'People',
      'People, larger',
    ]);
    expect(await visitor.page.locator('.kind :checked').inputValue()).toBe('person');
  });

  it('shows the place in line and the work on it, then the photo in colour', async () => {
    const { page } = visitor;
    await page.locator('input[type=file]').setInputFiles([photo, { ...photo, name: 'harbour.jpg' }]);
    await done.nth(1).waitFor(COLOURED);
    const sentences = await visitor.sentences();
    expect(sentences).toEqual(expect.arrayContaining([expect.stringMatching(/in line$/), 'Ready']));
    expect(sentences).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(Your turn|Restoring|Working|Almost done)/)]),
    );
    expect(await page.locator('.card-name').allTextContents()).toEqual(['外婆.jpg', 'harbour.jpg']);
    expect(await page.title()).toContain('(2/2)');
  });

  it('says honestly who coloured it, and that colours are a guess', async () => {
    const words = await done.first().locator('.card-honest').textContent();
    expect(words).toContain('guess');
    expect(words).toContain('built-in preview engine, not DDColor');
  });

  it('slides between before and after with keys and with the pointer', async () => {
    const card = done.first();
    const range = card.getByRole('slider');
    const picture = card.locator('.compare-picture');
    await range.focus();
    await range.press('End');
    expect(await range.inputValue()).toBe('100');
    const before = await meanChroma(await picture.screenshot());
    await range.press('Home');
    const after = await meanChroma(await picture.screenshot());
    expect(before).toBeLessThan(2);
    expect(after).toBeGreaterThan(before + 3);
    const box = (await picture.boundingBox())!;
    await visitor.page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
    await visitor.page.mouse.down();
    await visitor.page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 2);
    await visitor.page.mouse.up();
    expect(Number(await range.inputValue())).toBeCloseTo(25, -1);
  });

  it('saves the new picture under the name of the old one, in its size', async () => {
    const [download] = await Promise.all([
      visitor.page.waitForEvent('download'),
      done.first().getByRole('link', { name: 'Save the new picture' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('外婆_restored.png');
    const { format, width, height } = await sharp(await download.path()).metadata();
    const original = await sharp(photo.buffer).metadata();
    expect({ format, width, height }).toEqual({
      format: 'png',
      width: original.width,
      height: original.height,
    });
  });

  it('takes photos that are dropped anywhere on the page', async () => {
    const { page } = visitor;
    const dropped = await visitor.hold('dropped.jpg', photo.buffer);
    await page.dispatchEvent('h1', 'dragover', { dataTransfer: dropped });
    await page.locator('.add-inviting').waitFor();
    await page.dispatchEvent('h1', 'drop', { dataTransfer: dropped });
    await done.nth(2).waitFor(COLOURED);
    expect(await page.locator('.card-name').allTextContents()).toEqual([
      'dropped.jpg',
      '外婆.jpg',
      'harbour.jpg',
    ]);
    expect(await page.locator('.add-inviting').count()).toBe(0);
    await done.first().getByRole('button', { name: 'Take dropped.jpg off this list' }).click();
    await done.nth(2).waitFor({ state: 'detached' });
  });

  it('refuses a file that is no photo at once, without sending it', async () => {
    const { page } = visitor;
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
    const letter = { name: 'letter.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7') };
    await page.locator('input[type=file]').setInputFiles(letter);
    const refused = page.locator('[data-phase=refused]');
    await refused.waitFor();
    expect(await refused.locator('.card-why').textContent()).toContain('JPG, PNG and BMP');
    expect(sent).toEqual([]);
    await refused.getByRole('button').click();
    await refused.waitFor({ state: 'detached' });
  });

  it('speaks Chinese from the switch on, also after the page was loaded again, with the photos still there', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: '中文' }).click();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('给老照片上色');
    await page.reload();
    await done.nth(1).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await done.first().locator('.card-now').textContent()).toBe('完成了');
    expect(await page.locator('.card-name').allTextContents()).toEqual(['外婆.jpg', 'harbour.jpg']);
    expect(await page.locator('.card').count()).toBe(2);
  });

  it('left no error in the console, and broke no rule of the Content-Security-Policy', () => {
    expect(visitor.complaints).toEqual([]);
  });
});

describe('a photo with markup for a name', () => {
  it('has it shown as text, also once it comes back', async () => {
    const visitor = await Visitor.arrive(browser, url);
    const { page } = visitor;
    const name = '<img src=x onerror=document.body.remove()>.jpg';
    await page.locator('input[type=file]').setInputFiles([{ ...photo, name }]);
    await page.locator('[data-phase=done]').waitFor(COLOURED);
    expect(await page.locator('.card-name').allTextContents()).toEqual([name]);
    expect(await page.locator('img[src=x]').count()).toBe(0);
    await page.reload();
    await page.locator('[data-phase=done]').waitFor();
    expect(await page.locator('.card-name').allTextContents()).toEqual([name]);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });
});

describe('on a phone', () => {
  it('starts in the language of the device, fits the width, and takes a photo by a tap', async () => {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: 'zh-CN' };
    const visitor = await Visitor.arrive(browser, url, phone);
    const { page } = visitor;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('给老照片上色');
    expect(await page.locator('.card').count()).toBe(0);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: '选择照片' }).tap();
    await (await chooser).setFiles([photo]);
    await page.locator('[data-phase=done]').waitFor(COLOURED);
    const widths = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect(widths[0]).toBe(widths[1]);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });
});

describe('while the photo service is away', () => {
  it('says that the photos are safe, and keeps a new one until it can be sent', async () => {
    const visitor = await Visitor.arrive(browser, url);
    const { page } = visitor;
    await system.stop();
    await page.locator('.notice').filter({ hasText: 'safe' }).waitFor();
    await page.locator('input[type=file]').setInputFiles([photo]);
    const why = page.locator('[data-phase=waiting_to_send] .card-why');
    await why.waitFor();
    expect(await why.textContent()).toContain('sent by itself');
    await visitor.leave();
  });
});
