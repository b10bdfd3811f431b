import type { ColourGuess } from './colour-net.js';
import { createPlane, type Plane, resizeByArea } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/** How many cells of the guess around a pixel have a say. */
const REACH = 2;
/** Spread of the say by distance, in cells. */
const DISTANCE = 1;
/** Spread of the say by difference of lightness. */
const DIFFERENCE = 7;
/** What a cell of another lightness still counts, so that a pixel unlike all its neighbours gets a colour too. */
const LEAST = 0.002;

/** exp(-x²/2) of a difference in lightness of 0 to 100. */
const LIKENESS = Float32Array.from({ length: 101 }, (_, i) => LEAST + Math.exp(-0.5 * (i / DIFFERENCE) ** 2));

/**
 * Enlarges a guess to the size of `guide` so that colours stay with what has their lightness: joint bilateral
 * upsampling (Kopf, Cohen, Lischinski, Uyttendaele 2007). Plain enlarging lets colours glow across outlines.
 */
export function* upsampleJointly(guess: ColourGuess, guide: Plane): SlicedWork<ColourGuess> {
  const { width, height } = guide;
  const cells = resizeByArea(guide, guess.a.width, guess.a.height);
  const columns = weightsAlong(cells.width, width);
  const rows = weightsAlong(cells.height, height);
  const result = { a: createPlane(width, height), b: createPlane(width, height) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      let [sum, a, b] = [0, 0, 0];
      for (const [row, rowShare] of rows[y]!) {
        for (const [column, columnShare] of columns[x]!) {
          const cell = row * cells.width + column;
          const difference = Math.abs(guide.data[i]! - cells.data[cell]!);
          const share = rowShare * columnShare * LIKENESS[Math.min(Math.round(difference), 100)]!;
          sum += share;
          a += share * guess.a.data[cell]!;
          b += share * guess.b.data[cell]!;
        }
      }
      result.a.data[i] = a / sum;
      result.b.data[i] = b / sum;
    }
    yield y / height;
  }
  return result;
}

/** For each pixel of a line the cells around it, with their say by distance. */
function weightsAlong(cells: number, pixels: number): [cell: number, share: number][][] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const middle = ((pixel + 0.5) * cells) / pixels - 0.5;
    const nearest = Math.round(middle);
    return Array.from({ length: 2 * REACH + 1 }, (_, i) => nearest - REACH + i)
      .filter((cell) => cell >= 0 && cell < cells)
      .map((cell): [number, number] => [cell, Math.exp(-0.5 * ((cell - middle) / DISTANCE) ** 2)]);
  });
}
