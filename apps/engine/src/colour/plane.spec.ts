import { describe, expect, it } from 'vitest';
import { mirrored, type Plane, resizeBilinear, resizeByArea, sizeWithin } from './plane.js';

const plane = (width: number, ...values: number[]): Plane => ({
  data: Float32Array.from(values),
  width,
  height: values.length / width,
});

describe('planes', () => {
  it('enlarges bilinearly with half-pixel centres', () => {
    expect([...resizeBilinear(plane(2, 0, 8), 4, 1).data]).toEqual([0, 2, 6, 8]);
    expect([...resizeBilinear(plane(1, 5), 2, 2).data]).toEqual([5, 5, 5, 5]);
  });

  it('shrinks by the mean of each area, also when areas cut pixels', () => {
    expect([...resizeByArea(plane(2, 1, 3, 5, 7), 1, 1).data]).toEqual([4]);
    const thirds = resizeByArea(plane(3, 0, 3, 9), 2, 1).data;
    expect(thirds[0]).toBeCloseTo(1);
    expect(thirds[1]).toBeCloseTo(7);
  });

  it('shrinks one side and enlarges the other', () => {
    expect(resizeByArea(plane(4, 1, 1, 3, 3), 2, 3)).toMatchObject({ width: 2, height: 3 });
    expect([...resizeByArea(plane(4, 1, 1, 3, 3), 2, 2).data]).toEqual([1, 3, 1, 3]);
  });

  it('keeps sizes above nothing and never enlarges', () => {
    expect(sizeWithin({ width: 3000, height: 2 }, 512)).toEqual({ width: 512, height: 1 });
    expect(sizeWithin({ width: 16, height: 9 }, 512)).toEqual({ width: 16, height: 9 });
  });

  it('mirrors each row', () => {
    expect([...mirrored(plane(3, 1, 2, 3, 4, 5, 6)).data]).toEqual([3, 2, 1, 6, 5, 4]);
  });
});
