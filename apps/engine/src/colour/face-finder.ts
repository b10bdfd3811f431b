import type { FaceCascade } from './face-cascade.js';
import { FaceWindow } from './face-window.js';
import { type Plane, resizeByArea } from './plane.js';
import type { SlicedWork } from './time-slices.js';

export interface Face {
  /** Middle and side of the square around the face, in pixels of the plane that was searched. */
  x: number;
  y: number;
  side: number;
}

/** Each step of the search makes the picture smaller by this. */
const SCALE_STEP = 1.2;
/** A face is believed when this many windows agree; fewer finds patterns in foliage and walls. */
const MIN_WINDOWS = 4;
/** Two windows mean the same face when they share this part of their areas. */
const SAME_FACE = 0.3;

/**
 * Finds upright frontal faces by a cascade of boosted Haar features (Viola and Jones 2001; Lienhart and Maydt 2002)
 * over a pyramid of sizes. Misses profiles and faces under `window` pixels.
 */
export function* findFaces(lightness: Plane, cascade: FaceCascade): SlicedWork<Face[]> {
  const found: Face[] = [];
  const longest = Math.min(lightness.width, lightness.height) / cascade.window;
  for (let scale = 1; scale <= longest; scale *= SCALE_STEP) {
    const level = resizeByArea(
      lightness,
      Math.round(lightness.width / scale),
      Math.round(lightness.height / scale),
    );
    const window = new FaceWindow(level, cascade);
    yield scale / longest;
    const step = scale > 2 ? 1 : 2;
    for (let y = 0; y + cascade.window <= level.height; y += step) {
      for (let x = 0; x + cascade.window <= level.width; x += step) {
        if (!window.isFaceAt(x, y)) continue;
        const side = cascade.window * scale;
        found.push({ x: x * scale + side / 2, y: y * scale + side / 2, side });
      }
      yield scale / longest;
    }
  }
  return mergeFaces(found);
}

/** One face for each group of windows that agree, in the order they were found. */
function mergeFaces(found: readonly Face[]): Face[] {
  const groups: Face[][] = [];
  for (const face of found) {
    const group = groups.find(([first]) => first && overlap(first, face) > SAME_FACE);
    if (group) group.push(face);
    else groups.push([face]);
  }
  return groups
    .filter((group) => group.length >= MIN_WINDOWS)
    .map((group) => ({ x: mean(group, 'x'), y: mean(group, 'y'), side: mean(group, 'side') }));
}

function mean(group: readonly Face[], key: keyof Face): number {
  return group.reduce((sum, face) => sum + face[key], 0) / group.length;
}

function overlap(one: Face, other: Face): number {
  const shared = (key: 'x' | 'y'): number => {
    const reach = (one.side + other.side) / 2 - Math.abs(one[key] - other[key]);
    return Math.max(0, Math.min(reach, one.side, other.side));
  };
  const both = shared('x') * shared('y');
  return both / (one.side ** 2 + other.side ** 2 - both);
}
