import { expect, it } from 'vitest';
import { createPlane } from './plane.js';
import { tintSkin } from './skin.js';

it('colours what is as light as the face, and neither eyes nor hair nor what is beside it', () => {
  const [width, height] = [100, 120];
  const lightness = createPlane(width, height);
  lightness.data.fill(65);
  const eye = 45 * width + 40;
  lightness.data[eye] = 15;
  const guess = { a: createPlane(width, height), b: createPlane(width, height) };
  tintSkin(guess, lightness, [{ x: 50, y: 50, side: 60 }]);
  const cheek = 60 * width + 42;
  const hue = (Math.atan2(guess.b.data[cheek]!, guess.a.data[cheek]!) * 180) / Math.PI;
  expect(hue).toBeGreaterThan(40);
  expect(hue).toBeLessThan(65);
  expect(Math.hypot(guess.a.data[cheek]!, guess.b.data[cheek]!)).toBeGreaterThan(15);
  expect(Math.abs(guess.a.data[eye]!)).toBeLessThan(1);
  expect(guess.a.data[60 * width + 5]).toBe(0);
  const lips = Math.round(50 + 0.27 * 60) * width + 50;
  expect(guess.a.data[lips]!).toBeGreaterThan(guess.a.data[cheek]!);
});
