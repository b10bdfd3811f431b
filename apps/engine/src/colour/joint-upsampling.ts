import type { ColourGuess } from './colour-net.js';
import { createPlane, type Plane, resizeByArea } from './plane.js';
import type { SlicedWork } from './time-slices.js';

/** How many cells of the guess around a pixel have a say. */
const REACH = 2;
const SIDE = 2 * REACH + 1;
/** Spread of the say by distance, in cells. */
const DISTANCE = 1;
/** Spread of the say by difference of lightness. */
const DIFFERENCE = 7;
/** What a cell of another lightness still counts, so that a pixel unlike all its neighbours gets a colour too. */
const LEAST = 0.002;

/** exp(-x²/2) of a difference in lightness of 0 to 100. */
const LIKENESS = Float32Array.from({ length: 102 }, (_, i) => LEAST + Math.exp(-0.5 * (i / DIFFERENCE) ** 2));

/**
 * Enlarges a guess to the size of `guide` so that colours stay with what has their lightness: joint bilateral
 * upsampling (Kopf, Cohen, Lischinski, Uyttendaele 2007). Plain enlarging lets colours glow across outlines.
 */
export function* upsampleJointly(guess: ColourGuess, guide: Plane): SlicedWork<ColourGuess> {
  const { width, height } = guide;
  const cells = resizeByArea(guide, guess.a.width, guess.a.height);
  const columns = saysAlong(cells.width, width);
  const rows = saysAlong(cells.height, height);
  const result = { a: createPlane(width, height), b: createPlane(width, height) };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const lightness = guide.data[y * width + x]!;
      let [sum, a, b] = [0, 0, 0];
      for (let r = y * SIDE; r < (y + 1) * SIDE; r++) {
        const row = rows.cells[r]! * cells.width;
        for (let c = x * SIDE; c < (x + 1) * SIDE; c++) {
          const cell = row + columns.cells[c]!;
          const likeness = LIKENESS[Math.round(Math.abs(lightness - cells.data[cell]!))]!;
          const say = rows.says[r]! * columns.says[c]! * likeness;
          sum += say;
          a += say * guess.a.data[cell]!;
          b += say * guess.b.data[cell]!;
        }
      }
      result.a.data[y * width + x] = a / sum;
      result.b.data[y * width + x] = b / sum;
    }
    yield y / height;
  }
  return result;
}

/** For each pixel of a line the cells around it, `SIDE` each, and their say by distance; none beyond the border. */
function saysAlong(cells: number, pixels: number): { cells: Int32Array; says: Float32Array } {
  const result = { cells: new Int32Array(pixels * SIDE), says: new Float32Array(pixels * SIDE) };
  for (let pixel = 0; pixel < pixels; pixel++) {
    const middle = ((pixel + 0.5) * cells) / pixels - 0.5;
    for (let i = 0; i < SIDE; i++) {
      const cell = Math.round(middle) - REACH + i;
      const inside = cell >= 0 && cell < cells;
      result.cells[pixel * SIDE + i] = inside ? cell : 0;
      result.says[pixel * SIDE + i] = inside ? Math.exp(-0.5 * ((cell - middle) / DISTANCE) ** 2) : 0;
    }
  }
  return result;
}
