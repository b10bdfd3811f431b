import { differenceCiede2000, type Lab65 } from 'culori';
import { labOf } from '../../apps/engine/src/colour/cielab.js';
import type { RgbImage } from '../../apps/engine/src/colour/colouriser.js';

const ciede2000 = differenceCiede2000();

/** Every n-th pixel is enough for a mean. */
const EVERY = 3;

function lab(image: RgbImage, pixel: number): Lab65 {
  const [l, a, b] = labOf(image.data[pixel * 3]!, image.data[pixel * 3 + 1]!, image.data[pixel * 3 + 2]!);
  return { mode: 'lab65', l, a, b };
}

/** Mean CIEDE2000 to the truth of a picture, of its grey form and of its form in one sepia tone, and its mean chroma. */
export function compare(
  truth: RgbImage,
  ours: RgbImage,
): { ours: number; grey: number; sepia: number; chroma: number } {
  const sum = { ours: 0, grey: 0, sepia: 0, chroma: 0 };
  let count = 0;
  for (let pixel = 0; pixel < truth.width * truth.height; pixel += EVERY) {
    const target = lab(truth, pixel);
    const guess = lab(ours, pixel);
    sum.ours += ciede2000(target, guess);
    sum.grey += ciede2000(target, { mode: 'lab65', l: target.l, a: 0, b: 0 });
    sum.sepia += ciede2000(target, { mode: 'lab65', l: target.l, ...SEPIA });
    sum.chroma += Math.hypot(guess.a, guess.b);
    count++;
  }
  return {
    ours: sum.ours / count,
    grey: sum.grey / count,
    sepia: sum.sepia / count,
    chroma: sum.chroma / count,
  };
}

/** A mild brown; a strong one is further from every photograph. */
const SEPIA = { a: 3, b: 10 };
