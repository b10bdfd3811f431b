import { describe, expect, it } from 'vitest';
import { makePlausible } from './plausible-colours.js';

function after(a: number, b: number): { a: number; b: number; chroma: number } {
  const guess = {
    a: { data: new Float32Array(4).fill(a), width: 2, height: 2 },
    b: { data: new Float32Array(4).fill(b), width: 2, height: 2 },
  };
  makePlausible(guess);
  const [newA, newB] = [guess.a.data[0]!, guess.b.data[0]!];
  return { a: newA, b: newB, chroma: Math.hypot(newA, newB) };
}

describe('plausible colours', () => {
  it.each([
    ['sky', -6, -22],
    ['foliage', -14, 20],
    ['skin', 14, 17],
  ])('keeps the hue of %s and most of its strength', (_, a, b) => {
    const held = after(a, b);
    expect(held.a / held.b).toBeCloseTo(a / b);
    expect(held.chroma / Math.hypot(a, b)).toBeCloseTo(0.85);
  });

  it('believes blue less at the bottom than at the top', () => {
    const guess = {
      a: { data: new Float32Array(10), width: 1, height: 10 },
      b: { data: new Float32Array(10).fill(-30), width: 1, height: 10 },
    };
    makePlausible(guess);
    expect(guess.b.data[0]! / guess.b.data[9]!).toBeCloseTo(2.5);
  });

  it('turns purple into blue', () => {
    expect(after(18, -25).a).toBe(0);
  });

  it('gives pictures that nothing is known of a visible warm tone', () => {
    const tone = after(0, 0);
    expect(tone.chroma).toBeGreaterThan(5);
    expect(tone.b).toBeGreaterThan(tone.a);
  });

  it('strengthens weak colours to the same level', () => {
    expect(after(2, 4).chroma).toBeGreaterThan(5.5);
    expect(after(4, 5).chroma).toBeCloseTo(6.5, 1);
  });
});
