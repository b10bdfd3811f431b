import { expect, it } from 'vitest';
import { lightnessOf } from './cielab.js';
import { shrinkLightness } from './lightness-plane.js';
import { resizeByArea } from './plane.js';
import { finish } from './time-slices.js';

it('shrinks row by row to what the area mean of the whole plane gives', () => {
  const [width, height] = [37, 23];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 256);
  const full = Float32Array.from({ length: width * height }, (_, i) =>
    lightnessOf(data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!),
  );
  const small = finish(shrinkLightness({ data, width, height }, 10));
  const expected = resizeByArea({ data: full, width, height }, 10, 6);
  expect(small).toMatchObject({ width: 10, height: 6 });
  for (const [i, value] of small.data.entries()) expect(value).toBeCloseTo(expected.data[i]!, 3);
});
