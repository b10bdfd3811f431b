import { type ColourGuess, guessColours, NET_STEP } from './colour-net.js';
import type { ColourWeights } from './colour-weights.js';
import type { RgbImage } from './colouriser.js';
import type { FaceCascade } from './face-cascade.js';
import { findFaces } from './face-finder.js';
import { fitLines } from './guided-filter.js';
import { upsampleJointly } from './joint-upsampling.js';
import { shrinkLightness } from './lightness-plane.js';
import { type ColourLines, paint } from './paint.js';
import { mirrored, type Plane, resizeByArea, sizeWithin } from './plane.js';
import { makePlausible } from './plausible-colours.js';
import { tintSkin } from './skin.js';
import { asPart, type SlicedWork } from './time-slices.js';

/** The network looks at about this many pixels, in the picture's own shape; it was trained on 96 x 96 to 128 x 128. */
const NET_AREA = 144 * 144;
/** Faces are looked for on a picture of this longer side; the smallest that are found are 20 pixels wide there. */
const FACE_SEARCH = 560;
/** Colours are fitted to edges on a copy of this longer side; they are applied at full size, so more shows nothing. */
const GRID = { least: 128, most: 640 };
/** Lightness variance under which an area counts as flat: a spread of 4, about the grain of old film. */
const FLAT_VARIANCE = 16;
/** Longer pictures are squeezed: the network never saw strips. */
const MAX_ASPECT = 3;

/** What the preview learned from photographs. */
export interface PreviewModel {
  weights: ColourWeights;
  cascade: FaceCascade;
}

/**
 * Colours a picture from its lightness alone, so sepia and tinted prints are treated as black and white.
 * Same bytes in, same bytes out. `size` is the longer side of the grid on which colours are fitted to edges, within limits.
 */
export function* colourPreview(image: RgbImage, size: number, model: PreviewModel): SlicedWork<RgbImage> {
  const grid = Math.min(Math.max(size, GRID.least), GRID.most);
  const base = yield* asPart(shrinkLightness(image, Math.max(grid, FACE_SEARCH)), 0, 0.1);
  const guide = shrinkTo(base, grid);
  const small = netInput(guide);
  const guess = yield* asPart(guessColours(small, model.weights), 0.1, 0.3);
  const mirror = yield* asPart(guessColours(mirrored(small), model.weights), 0.3, 0.5);
  const both = { a: meanOf(guess.a, mirrored(mirror.a)), b: meanOf(guess.b, mirrored(mirror.b)) };
  const colours = yield* asPart(upsampleJointly(both, guide), 0.5, 0.6);
  makePlausible(colours);
  const searched = shrinkTo(base, FACE_SEARCH);
  const faces = yield* asPart(findFaces(searched, model.cascade), 0.6, 0.75);
  const ratio = guide.width / searched.width;
  tintSkin(
    colours,
    guide,
    faces.map(({ x, y, side }) => ({ x: x * ratio, y: y * ratio, side: side * ratio })),
  );
  const lines = yield* asPart(fitGuess(guide, colours), 0.75, 0.8);
  return yield* asPart(paint(image, lines), 0.8, 1);
}

function shrinkTo(plane: Plane, longest: number): Plane {
  const { width, height } = sizeWithin(plane, longest);
  return resizeByArea(plane, width, height);
}

function meanOf(one: Plane, other: Plane): Plane {
  return { ...one, data: one.data.map((value, i) => (value + other.data[i]!) / 2) };
}

/** The small picture for the network, stretched to full contrast like the pictures it was trained on. */
function netInput(guide: Plane): Plane {
  const aspect = Math.min(Math.max(guide.width / guide.height, 1 / MAX_ASPECT), MAX_ASPECT);
  const side = (length: number): number => Math.max(NET_STEP, Math.round(length / NET_STEP) * NET_STEP);
  const small = resizeByArea(guide, side(Math.sqrt(NET_AREA * aspect)), side(Math.sqrt(NET_AREA / aspect)));
  const ordered = small.data.slice().sort();
  const low = Math.min(ordered[Math.floor(0.01 * (ordered.length - 1))]!, 40);
  const high = Math.max(ordered[Math.floor(0.99 * (ordered.length - 1))]!, 60);
  for (let i = 0; i < small.data.length; i++) {
    const stretched = (small.data[i]! - low) / (high - low);
    small.data[i] = Math.min(Math.max(stretched, -0.05), 1.05) * 2 - 1;
  }
  return small;
}

function* fitGuess(guide: Plane, colours: ColourGuess): SlicedWork<ColourLines> {
  const radius = Math.max(1, Math.round(Math.max(guide.width, guide.height) / 80));
  const a = yield* asPart(fitLines(guide, colours.a, radius, FLAT_VARIANCE), 0, 0.5);
  const b = yield* asPart(fitLines(guide, colours.b, radius, FLAT_VARIANCE), 0.5, 1);
  return { a, b };
}
