import { DEFAULT_IMAGE_LIMITS, finishResult, makeCanonical } from '@app/imaging';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { colourOf, numberedPhoto, numberOf, pixelDigest } from './numbered-photo.js';

it('gives each number its own photo, the same every time', async () => {
  const [one, two, again] = await Promise.all([numberedPhoto(1), numberedPhoto(2), numberedPhoto(1)]);
  expect(one).toEqual(again);
  expect(two.sha256).not.toBe(one.sha256);
  expect(two.resultSha256).not.toBe(one.resultSha256);
});

it('knows a result by its pixels, after all that is done to a photo on its way', async () => {
  const photo = await numberedPhoto(4_000_000_000);
  const canonical = await makeCanonical(photo.file, DEFAULT_IMAGE_LIMITS);
  const { data, info } = await sharp(canonical.data).raw().toBuffer({ resolveWithObject: true });
  expect(numberOf(data)).toBe(4_000_000_000);

  const { width, height } = info;
  const coloured = await sharp(colourOf(data), {
    raw: { width, height, channels: 3 },
  })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const result = await finishResult(coloured, canonical.data, {
    size: 'same',
    colours: true,
  });
  expect(await pixelDigest(result.data)).toBe(photo.resultSha256);
  expect(await pixelDigest(photo.file)).not.toBe(photo.resultSha256);
});
