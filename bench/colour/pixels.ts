import sharp, { type Sharp } from 'sharp';
import { gammaEncode, lightnessOf, luminanceOfLightness } from '../../apps/engine/src/colour/cielab.js';
import type { RgbImage } from '../../apps/engine/src/colour/colouriser.js';

/** Reads a photograph upright, on white where it is transparent, at most `longest` pixels long. */
export async function readPhoto(file: string, longest: number): Promise<RgbImage> {
  const { data, info } = await sharp(file)
    .rotate()
    .flatten({ background: '#ffffff' })
    .resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** The same picture in grey, lightness for lightness. */
export function toGrey(image: RgbImage): RgbImage {
  const data = new Uint8Array(image.data.length);
  for (let i = 0; i < data.length; i += 3) {
    const lightness = lightnessOf(image.data[i]!, image.data[i + 1]!, image.data[i + 2]!);
    data.fill(Math.round(255 * gammaEncode(luminanceOfLightness(lightness))), i, i + 3);
  }
  return { ...image, data };
}

export function sharpOf(image: RgbImage): Sharp {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

export async function shrink(image: RgbImage, longest: number): Promise<RgbImage> {
  const { data, info } = await sharpOf(image)
    .resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
