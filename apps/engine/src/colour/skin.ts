import type { Face } from './face-finder.js';
import type { ColourGuess } from './colour-net.js';
import type { Plane } from './plane.js';

/** Typical colour of skin at middle lightness, between the means of light and dark skin; paler towards white and black. */
const SKIN = { a: 16, b: 19 };
/** How much redder lips are. */
const LIPS = 6;
/** Skin differs from the middle of its face by about this much lightness; brighter spots are highlights. */
const DARKER = 13;
const BRIGHTER = 24;

/**
 * Gives faces and necks the colour of skin, as far as they have the lightness of the middle of the face: eyes,
 * hair, glasses and collars keep theirs. Changes `guess`, which has the size of `lightness`.
 */
export function tintSkin(guess: ColourGuess, lightness: Plane, faces: readonly Face[]): void {
  for (const face of faces) tintFace(guess, lightness, face);
}

function tintFace({ a, b }: ColourGuess, lightness: Plane, { x: middleX, y: middleY, side }: Face): void {
  const typical = medianAround(lightness, middleX, middleY + 0.08 * side, 0.2 * side);
  for (
    let y = Math.max(0, Math.floor(middleY - 0.7 * side));
    y < Math.min(lightness.height, middleY + 1.05 * side);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(middleX - 0.6 * side));
      x < Math.min(lightness.width, middleX + 0.6 * side);
      x++
    ) {
      const i = y * lightness.width + x;
      const [dx, dy] = [(x - middleX) / side, (y - middleY) / side];
      const away = lightness.data[i]! - typical;
      const likeness = Math.exp(-0.5 * (away / (away < 0 ? DARKER : BRIGHTER)) ** 2);
      const share = Math.max(faceShare(dx, dy), neckShare(dx, dy)) * likeness;
      const strength = 1 - ((lightness.data[i]! - 54) / 64) ** 2;
      a.data[i] = a.data[i]! + share * (SKIN.a * strength - a.data[i]!) + lipShare(dx, dy) * LIPS * strength;
      b.data[i] = b.data[i]! + share * (SKIN.b * strength - b.data[i]!);
    }
  }
}

/** 1 inside, 0 outside, and a soft border. */
function soft(distance: number): number {
  const t = Math.min(Math.max((1.2 - distance) / 0.4, 0), 1);
  return t * t * (3 - 2 * t);
}

/** The cascade's squares reach from the forehead to the chin and a little beyond the ears. */
const faceShare = (dx: number, dy: number): number => soft(Math.hypot(dx / 0.38, (dy - 0.02) / 0.54));
const neckShare = (dx: number, dy: number): number => soft(Math.hypot(dx / 0.26, (dy - 0.6) / 0.3));
const lipShare = (dx: number, dy: number): number =>
  Math.exp(-0.5 * ((dx / 0.1) ** 2 + ((dy - 0.27) / 0.035) ** 2));

function medianAround(plane: Plane, middleX: number, middleY: number, reach: number): number {
  const values: number[] = [];
  const step = Math.max(1, reach / 10);
  for (let y = middleY - reach; y <= middleY + reach; y += step) {
    for (let x = middleX - reach; x <= middleX + reach; x += step) {
      const column = Math.min(Math.max(Math.round(x), 0), plane.width - 1);
      const row = Math.min(Math.max(Math.round(y), 0), plane.height - 1);
      values.push(plane.data[row * plane.width + column]!);
    }
  }
  return values.sort((one, other) => one - other)[values.length >> 1] ?? 50;
}
