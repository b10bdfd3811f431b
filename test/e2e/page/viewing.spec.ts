import type { AlbumView, NewAlbumLinkView, TaskView } from '@app/contracts';
import { meanChroma } from '@app/imaging';
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { holdTypes } from '../hold.js';
import { launchChromium } from '../visitor.js';
import { OPERATOR_KEY } from './global-system.js';

const AUTH = { authorization: `Bearer ${OPERATOR_KEY}` };
/** The built-in engine needs about a second for each; two cores shared with everything else need more. */
const COLOURED = { timeout: 60_000, interval: 100 };
/** How many of the big pictures are there, and not only on their way. */
const BIG_ONES_SHOWN =
  '[...document.querySelectorAll("img[data-big]")].filter((each) => each.complete && each.naturalWidth > 0).length';
const NAMES = ['grandma.jpg', 'harbour.jpg', 'wedding.jpg'];

const url = inject('pageUrl');
let browser: Browser;
let grey: Buffer;
let album: AlbumView;
let tasks: TaskView[];
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launchChromium();
  grey = await sharp(await readFile('test/fixtures/photos/grace-hopper.jpg'))
    .greyscale()
    .jpeg()
    .toBuffer();
  album = await call('POST', '/v1/albums', { title: 'Shoebox' });
  tasks = [];
  for (const name of NAMES) tasks.push(await add(name));
  await vi.waitFor(async () => expect((await read(tasks[2]!)).status).toBe('succeeded'), COLOURED);
});
afterAll(() => browser.close());
afterEach(async () => {
  // A violation of the Content-Security-Policy is a console error too.
  expect(complaints).toEqual([]);
  await context.close();
});

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { ...AUTH, ...(body && { 'content-type': 'application/json' }) };
  const answer = await fetch(url + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as T;
}

const read = (task: TaskView) => call<TaskView>('GET', task.urls.self);
const list = async () => (await call<{ items: TaskView[] }>('GET', album.urls.tasks)).items;

async function add(name: string): Promise<TaskView> {
  const form = new FormData();
  form.append('type', 'person');
  form.append('image', new Blob([new Uint8Array(grey)]), name);
  const answer = await fetch(url + album.urls.tasks, { method: 'POST', headers: AUTH, body: form });
  expect(answer.ok).toBe(true);
  return (await list()).find(({ filename }) => filename === name)!;
}

/** Opens a link to the album and goes to the photo. */
async function lookAt(
  task: TaskView,
  { access = 'edit', ...options }: BrowserContextOptions & { access?: 'edit' | 'view' } = {},
): Promise<void> {
  const link = await call<NewAlbumLinkView>('POST', album.urls.links, { access });
  context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    // Nothing glides, so that what is measured stands still.
    reducedMotion: 'reduce',
    ...options,
  });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(url + link.url);
  await page.waitForURL(/#\/albums\/[^/]+$/);
  await page.goto(`${url}/#/albums/${album.id}/photos/${task.id}`);
  await heading(task.filename).waitFor();
}

const heading = (name: string) => page.getByRole('heading', { level: 1, name });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const side = (name: string, which: 'before' | 'after') =>
  page.getByRole('img', { name: `${name}, ${which}`, exact: true });

async function boxOf(picture: Locator) {
  return (await picture.boundingBox())!;
}

/** How much colour is seen where the picture is. */
async function chroma(picture: Locator): Promise<number> {
  return meanChroma(await page.screenshot({ clip: await boxOf(picture) }));
}

describe('a photo that is done', () => {
  const name = NAMES[0]!;

  it('shows more or less of its colours by keys, by the pointer and by buttons', async () => {
    await lookAt(tasks[0]!);
    const slider = page.getByRole('slider', { name: new RegExp(name) });
    const before = side(name, 'before');
    // The small pictures come first; how they are made smaller is not the same for both.
    await expect.poll(() => page.evaluate(BIG_ONES_SHOWN)).toBe(2);
    await slider.focus();
    await slider.press('End');
    expect(await slider.getAttribute('aria-valuetext')).toBe('0% of the new picture shows');
    const grey = await chroma(before);
    await slider.press('Home');
    const coloured = await chroma(before);
    expect(grey).toBeLessThan(1);
    expect(coloured).toBeGreaterThan(grey + 3);

    const { x, y, width, height } = await boxOf(before);
    await page.mouse.move(x + width * 0.02, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.4, y + height / 2, { steps: 4 });
    await page.mouse.move(x + width * 0.75, y + height / 2, { steps: 4 });
    await page.mouse.up();
    expect(Number(await slider.inputValue())).toBeCloseTo(75, -0.5);
    expect(await chroma(before)).toBeLessThan(coloured * 0.6);

    await button('After').click();
    expect(await chroma(before)).toBeCloseTo(coloured, 0);
    await button('Before').click();
    expect(await chroma(before)).toBeLessThan(1);
  });

  it('comes closer with both sides locked to each other, and shows all of it again', async () => {
    await lookAt(tasks[0]!);
    await button('Side by side').click();
    const [before, after] = [side(name, 'before'), side(name, 'after')];
    const boxes = async () => ({ before: await boxOf(before), after: await boxOf(after) });
    const whole = await vi.waitFor(async () => {
      const both = await boxes();
      expect(both.after.x).toBeGreaterThan(both.before.x + both.before.width - 1);
      return both;
    });

    await page.mouse.move(whole.after.x + 60, whole.after.y + 90);
    await page.mouse.wheel(0, -600);
    await page.keyboard.press('+');
    await vi.waitFor(async () =>
      expect((await boxOf(before)).width).toBeGreaterThan(whole.before.width * 2.5),
    );
    const zoomed = await boxes();
    await page.mouse.down();
    await page.mouse.move(whole.after.x + 20, whole.after.y + 40, { steps: 5 });
    await page.mouse.up();
    await page.keyboard.press('ArrowRight');
    const near = await vi.waitFor(async () => {
      const now = await boxes();
      // By the pointer (40 left, 50 up, less the few pixels that a tap may take) and by the key (80 left).
      expect(now.before.x).toBeCloseTo(zoomed.before.x - 120, -1);
      expect(now.before.y).toBeCloseTo(zoomed.before.y - 50, -1);
      return now;
    });
    expect(near.after.width).toBeCloseTo(near.before.width, 1);
    expect(near.after.y).toBeCloseTo(near.before.y, 1);
    expect(near.after.x - near.before.x).toBeCloseTo(whole.after.x - whole.before.x, 1);
    // Still the same photo: arrows moved it.
    expect(await heading(name).isVisible()).toBe(true);

    await button('Show the whole photo').click();
    await vi.waitFor(async () => expect(await boxes()).toEqual(whole));
    await button('Both').click();
    const { width } = await sharp(grey).metadata();
    await vi.waitFor(async () => expect((await boxOf(after)).x).toBe((await boxOf(before)).x));
    await page.getByRole('button', { name: 'Show it at real size' }).click();
    await vi.waitFor(async () => expect((await boxOf(after)).width).toBeCloseTo(width, 0));
  });

  it('is saved under its name in the size of the original', async () => {
    await lookAt(tasks[0]!);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save the new picture' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('grandma_restored.png');
    const [saved, original] = await Promise.all([
      sharp(await download.path()).metadata(),
      sharp(grey).metadata(),
    ]);
    expect([saved.format, saved.width, saved.height]).toEqual(['png', original.width, original.height]);
  });

  it('says that its colours are a guess, who made them, and what happened', async () => {
    await lookAt(tasks[0]!);
    await page.getByText('The colours are a computer’s guess').waitFor();
    await page.getByText('not DDColor').waitFor();
    await page.getByText('What happened').click();
    const steps = page.getByRole('list').filter({ hasText: 'The photo was added.' }).getByRole('listitem');
    await steps.filter({ hasText: 'The new picture was ready.' }).waitFor();
    expect(await steps.count()).toBeGreaterThanOrEqual(3);
  });
});

describe('going through the album', () => {
  it('goes on and back by buttons and arrow keys, and leaves by Escape', async () => {
    await lookAt(tasks[0]!);
    await button('Next photo').click();
    await heading(NAMES[1]!).waitFor();
    expect(await page.getByText(/^2 of \d+$/).count()).toBeGreaterThan(0);
    await page.keyboard.press('ArrowRight');
    await heading(NAMES[2]!).waitFor();
    await page.keyboard.press('ArrowLeft');
    await heading(NAMES[1]!).waitFor();
    await button('Previous photo').click();
    await heading(NAMES[0]!).waitFor();
    // The slider keeps its own keys.
    await page.getByRole('slider').press('ArrowRight');
    expect(await page.getByRole('slider').inputValue()).toBe('51');
    expect(await heading(NAMES[0]!).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.waitForURL(/#\/albums\/[^/]+$/);
  });

  it('goes on by a swipe on a phone, where nothing is wider than the screen', async () => {
    await lookAt(tasks[0]!, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
    const { x, y, width, height } = await boxOf(side(NAMES[0]!, 'before'));
    const touch = await context.newCDPSession(page);
    const down = y + height / 4;
    await touch.send('Input.synthesizeScrollGesture', {
      x: Math.round(x + width * 0.9),
      y: Math.round(down),
      xDistance: -200,
      speed: 1200,
      gestureSourceType: 'touch',
    });
    await heading(NAMES[1]!).waitFor();
    const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(wider)).toBe(0);
  });

  it('says so in plain words where a photo is gone', async () => {
    await lookAt(tasks[0]!);
    await page.goto(`${url}/#/albums/${album.id}/photos/01890000-0000-7000-8000-000000000000`);
    await heading('This photo is not here any more.').waitFor();
    expect(await page.getByRole('slider').count()).toBe(0);
    await page.getByRole('link', { name: 'Back to the album' }).click();
    await page.waitForURL(/#\/albums\/[^/]+$/);
  });
});

describe('a link that only shows', () => {
  it('offers to save, and nothing that changes anything', async () => {
    await lookAt(tasks[1]!, { access: 'view' });
    await page.getByRole('link', { name: 'Save the new picture' }).waitFor();
    await page.getByText('but not change it').waitFor();
    for (const name of ['Another look', 'Erase this photo']) expect(await button(name).count()).toBe(0);
  });
});

describe('a photo that is not done', () => {
  it('becomes before and after by itself, and keeps the keyboard where it was', async () => {
    const goOn = await holdTypes(url, OPERATOR_KEY, ['person']);
    onTestFinished(goOn);
    await lookAt(await add('late.jpg'));
    await button('Stop').focus();
    expect(await page.getByRole('slider').count()).toBe(0);
    await goOn();
    await page.getByRole('slider').waitFor({ timeout: COLOURED.timeout });
    expect(await page.evaluate('document.activeElement.textContent')).toBe('late.jpg');
    await page.getByRole('status').filter({ hasText: 'late.jpg: Ready' }).waitFor();
  });
});

describe('another look', () => {
  it('makes a second photo of the same original and keeps the first', async () => {
    await lookAt(tasks[1]!);
    const before = await list();
    await button('Another look').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make another one' }).click();
    await page.waitForURL(/#\/albums\/[^/]+$/);
    await page.getByText('The first one stays as it is.').waitFor();
    const second = await vi.waitFor(async () => {
      const fresh = (await list()).filter(({ id }) => !before.some((each) => each.id === id));
      expect(fresh).toHaveLength(1);
      return fresh[0]!;
    }, COLOURED);
    expect(second.filename).toBe(NAMES[1]);
    expect(second.input.sha256).toBe(tasks[1]!.input.sha256);
    expect((await read(tasks[1]!)).output).not.toBeNull();
  });
});
