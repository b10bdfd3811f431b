import { writeCanonical, DEFAULT_IMAGE_LIMITS, stripMetadata } from '@app/imaging';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { colourOf, numberedPhoto, numberOf, pixelDigest } from './numbered-photo.js';

it('gives each number its own photo, the same every time', async () => {
  const [one, two, again] = await Promise.all([numberedPhoto(1), numberedPhoto(2), numberedPhoto(1)]);
  expect(one).toEqual(again);
  expect(two.sha256).not.toBe(one.sha256);
  expect(two.resultSha256).not.toBe(one.resultSha256);
});

it('knows a result by its pixels, after all that is done to a photo on its way', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-numbered-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const photo = await numberedPhoto(4_000_000_000);
  const [sent, canonical] = [join(folder, 'sent'), join(folder, 'canonical.png')];
  await writeFile(sent, photo.file);
  await writeCanonical(sent, canonical, DEFAULT_IMAGE_LIMITS);
  const { data, info } = await sharp(await readFile(canonical))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(numberOf(data)).toBe(4_000_000_000);

  const { width, height } = info;
  const coloured = await sharp(colourOf(data), { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const result = await stripMetadata(coloured, { width, height });
  expect(await pixelDigest(result.data)).toBe(photo.resultSha256);
  expect(await pixelDigest(photo.file)).not.toBe(photo.resultSha256);
});
