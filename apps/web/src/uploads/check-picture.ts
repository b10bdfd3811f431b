import type { PhotoProblem } from '../photo/photo.js';

// The limits of the API (`libs/imaging`), which looks again. An installation may have set its own.
const MOST_PIXELS = 50_000_000;
const LONGEST_SIDE = 65_535;
const SHORTEST_SIDE = 16;
const MOST_ASPECT = 50;

/** What is wrong with a picture of this many pixels, or null. */
export function checkPicture(width: number, height: number): PhotoProblem | null {
  const [shorter, longer] = [Math.min(width, height), Math.max(width, height)];
  if (width * height > MOST_PIXELS || longer > LONGEST_SIDE) return 'image_too_many_pixels';
  if (longer > shorter * MOST_ASPECT) return 'bad_aspect';
  return shorter < SHORTEST_SIDE ? 'image_too_small' : null;
}
