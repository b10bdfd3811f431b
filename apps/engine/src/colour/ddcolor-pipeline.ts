import { byteOfLinear, gammaEncode, lightnessOf, linearRgbOfLab, luminanceOfLightness } from './cielab.js';
import type { RgbImage } from './colouriser.js';
import { bilinearTaps } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/**
 * The model's input: the picture squeezed to `width` x `height` (bilinear, shape not kept) as neutral grey of the
 * same lightness, 0 to 1, channel by channel. Source: `pipeline.py` of piddnad/DDColor; normalisation is in the model.
 */
export function* greyTensor(image: RgbImage, width: number, height: number): SlicedWork<Float32Array> {
  const tensor = new Float32Array(3 * width * height);
  const columns = bilinearTaps(image.width, width);
  const rows = bilinearTaps(image.height, height);
  const sample = (at: number, first: number, second: number, share: number): number =>
    image.data[at + first * 3]! * (1 - share) + image.data[at + second * 3]! * share;
  for (const [y, row] of rows.entries()) {
    for (const [x, { first, second, share }] of columns.entries()) {
      const rgb = [0, 1, 2].map((channel) => {
        const above = sample(row.first * image.width * 3 + channel, first, second, share);
        const below = sample(row.second * image.width * 3 + channel, first, second, share);
        return above * (1 - row.share) + below * row.share;
      });
      const lightness = lightnessOf(rgb[0]!, rgb[1]!, rgb[2]!);
      tensor[y * width + x] = gammaEncode(luminanceOfLightness(lightness));
    }
    yield y / height;
  }
  tensor.copyWithin(width * height, 0, width * height);
  tensor.copyWithin(2 * width * height, 0, width * height);
  return tensor;
}

/** The model's answer: a* plane, then b* plane, in Lab units. */
export interface ColourTensor {
  data: Float32Array;
  width: number;
  height: number;
}

/**
 * Puts the model's colours, enlarged bilinearly, on the picture's own lightness. Colours that sRGB cannot show are
 * clamped per channel, as upstream does. (Upstream enlarges with the nearest pixel, which shows as blocks.)
 */
export function* paintTensor(image: RgbImage, colours: ColourTensor): SlicedWork<RgbImage> {
  const { width, height } = image;
  const data = new Uint8Array(width * height * 3);
  const columns = bilinearTaps(colours.width, width);
  const rows = bilinearTaps(colours.height, height);
  const plane = colours.width * colours.height;
  for (const [y, row] of rows.entries()) {
    const [top, bottom] = [row.first * colours.width, row.second * colours.width];
    for (const [x, { first, second, share }] of columns.entries()) {
      const at = (y * width + x) * 3;
      const lightness = lightnessOf(image.data[at]!, image.data[at + 1]!, image.data[at + 2]!);
      const blend = (start: number): number => {
        const above =
          colours.data[start + top + first]! * (1 - share) + colours.data[start + top + second]! * share;
        const below =
          colours.data[start + bottom + first]! * (1 - share) +
          colours.data[start + bottom + second]! * share;
        return above * (1 - row.share) + below * row.share;
      };
      const rgb = linearRgbOfLab(lightness, blend(0), blend(plane));
      for (let channel = 0; channel < 3; channel++) {
        data[at + channel] = byteOfLinear(rgb[channel]!);
      }
    }
    yield y / height;
  }
  return { data, width, height };
}
