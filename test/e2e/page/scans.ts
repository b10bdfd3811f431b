import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

const [WIDTH, HEIGHT] = [176, 132];
/** Of 255. Grain is what makes a small JPEG about 20 kB. */
const GRAIN = 120;

/** Writes photos below a folder, each with a colour and a grain of its own and 4:3; gives their paths. */
export async function makeScans(folder: string, names: readonly string[], width = WIDTH): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    await writeFile(path, await scan(index / names.length, width));
    paths.push(path);
  }
  return paths;
}

/** Lets files from the disk go above the page, as a person does with the mouse. */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }
  await session.detach();
}

function scan(share: number, width: number): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  randomFillSync(pixels);
  const around = [0, 1, 2].map((channel) => 128 + 90 * Math.cos(2 * Math.PI * (share + channel / 3)));
  for (const [at, random] of pixels.entries()) {
    pixels[at] = Math.min(255, Math.max(0, around[at % 3]! + (random / 255 - 0.5) * GRAIN));
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .resize(width)
    .jpeg({ quality: 88 })
    .toBuffer();
}
