import { describe, expect, it } from 'vitest';
import { labOf } from './cielab.js';
import { paint } from './paint.js';
import { finish } from './time-slices.js';

/** Paints one grey with one colour and returns its Lab values. */
function painted(grey: number, a: number, b: number): [number, number, number] {
  const flat = (value: number): { data: Float32Array; width: number; height: number } => ({
    data: Float32Array.of(value),
    width: 1,
    height: 1,
  });
  const lines = { a: { slope: flat(0), offset: flat(a) }, b: { slope: flat(0), offset: flat(b) } };
  const image = { data: Uint8Array.of(grey, grey, grey), width: 1, height: 1 };
  const [red, green, blue] = finish(paint(image, lines)).data;
  return labOf(red!, green!, blue!);
}

describe('painting', () => {
  it('puts the colour on the lightness', () => {
    const [l, a, b] = painted(119, -10, 15);
    expect(Math.abs(l - 50.03)).toBeLessThan(0.5);
    expect(Math.abs(a + 10)).toBeLessThan(1);
    expect(Math.abs(b - 15)).toBeLessThan(1);
  });

  it('keeps lightness and hue of a colour that sRGB cannot show', () => {
    const [l, a, b] = painted(30, 10, -80);
    expect(Math.abs(l - labOf(30, 30, 30)[0])).toBeLessThan(0.5);
    expect(b).toBeLessThan(-15);
    expect(a).toBeGreaterThan(0);
  });

  it('keeps what is nearly white nearly white', () => {
    const [, a, b] = painted(245, 30, 40);
    expect(Math.hypot(a, b)).toBeLessThan(7);
  });
});
