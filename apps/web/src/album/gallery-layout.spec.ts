import { describe, expect, it } from 'vitest';
import { layoutFor, placeAfterKey } from './gallery-layout.js';

describe('layoutFor', () => {
  it.each([
    [358, 2],
    [704, 3],
    [1376, 5],
    [1760, 6],
  ])('fills a width of %i px with %i columns', (width, columns) => {
    const { columns: made, tile, gap } = layoutFor(width, 100);
    expect(made).toBe(columns);
    expect(made * tile + (made - 1) * gap).toBeCloseTo(width);
  });

  it('shows one column in a very narrow window, also before its width is known', () => {
    expect(layoutFor(140, 100).columns).toBe(1);
    expect(layoutFor(0, 100)).toMatchObject({ columns: 1, tile: 0 });
  });
});

describe('layoutFor a few photos', () => {
  it('makes them larger, and not larger than they look good', () => {
    expect(layoutFor(358, 1)).toMatchObject({ columns: 1, tile: 358 });
    expect(layoutFor(1376, 4).columns).toBe(4);
    expect(layoutFor(1376, 1).columns).toBe(4);
    expect(layoutFor(1376, 1).tile).toBeLessThanOrEqual(400);
  });
});

describe('placeAfterKey', () => {
  // 0 1 2 3 / 4 5 6 7 / 8 9
  const from = (place: number, key: string) => placeAfterKey(key, place, 4, 10);

  it('goes to the neighbours', () => {
    expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => from(5, key))).toEqual([
      4, 6, 1, 9,
    ]);
  });

  it('stays at the edges', () => {
    expect(from(0, 'ArrowLeft')).toBeNull();
    expect(from(2, 'ArrowUp')).toBeNull();
    expect(from(9, 'ArrowRight')).toBeNull();
    expect(from(8, 'ArrowDown')).toBeNull();
  });

  it('reaches a last row that is shorter', () => {
    expect(from(7, 'ArrowDown')).toBe(9);
  });

  it('goes to both ends, and leaves other keys alone', () => {
    expect([from(5, 'Home'), from(5, 'End'), from(5, 'Enter')]).toEqual([0, 9, null]);
    expect(from(9, 'End')).toBeNull();
  });
});
