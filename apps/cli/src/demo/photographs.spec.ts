import { meanChroma } from '@app/imaging';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { makeBlackAndWhite } from './black-and-white.js';
import { writeContactSheet } from './contact-sheet.js';
import { PHOTOGRAPHS } from './photographs.js';

const dir = mkdtempSync(join(tmpdir(), 'demo-'));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

it('has ten photographs with a credit, for both task types', () => {
  expect(new Set(PHOTOGRAPHS.map(({ slug }) => slug)).size).toBe(10);
  expect(new Set(PHOTOGRAPHS.map(({ type }) => type))).toEqual(new Set(['person', 'building']));
  expect(PHOTOGRAPHS.every(({ credit, photographer }) => credit !== '' && photographer !== '')).toBe(true);
});

it('makes them truly black-and-white, as large as they were, and a sheet of them', async () => {
  const copies = await makeBlackAndWhite(PHOTOGRAPHS, dir);
  for (const [index, copy] of copies.entries()) {
    const { width, height, channels } = await sharp(copy).metadata();
    const original = await sharp(PHOTOGRAPHS[index]?.file).metadata();
    expect([width, height, channels]).toEqual([original.width, original.height, 1]);
    expect(await meanChroma(copy)).toBeLessThan(0.5);
  }
  const sheet = join(dir, 'sheet.jpg');
  const pairs = copies.slice(0, 3).map((copy) => ({ before: copy, after: copy, caption: 'Béato <&> 照片' }));
  const { captioned } = await writeContactSheet(pairs, 'Before and after', sheet);
  expect(captioned).toBe(true);
  const { width, height } = await sharp(sheet).metadata();
  expect(width).toBeGreaterThan(4 * 440);
  expect(height).toBeGreaterThan(2 * 330);
});

it('says which photographs are missing', async () => {
  const [first] = PHOTOGRAPHS;
  if (!first) throw new Error('no photograph');
  await expect(makeBlackAndWhite([{ ...first, file: '/nowhere.jpg' }], dir)).rejects.toThrow('/nowhere.jpg');
});
