import { describe, expect, it } from 'vitest';
import type { Layer } from './colour-weights.js';
import {
  connect,
  convolve,
  createFeatureMap,
  type FeatureMap,
  joinUpsampled,
  meanOfChannels,
} from './feature-map.js';
import { finish } from './time-slices.js';

/** Whole numbers from -4 to 4 that look random. */
const noise = (i: number): number => ((i * 7_919 + 13) % 9) - 4;

function map(channels: number, width: number, height: number): FeatureMap {
  const result = createFeatureMap(channels, width, height);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) result.data[place(result, c, x, y)] = noise(i++);
  }
  return result;
}

const place = ({ width, height }: FeatureMap, c: number, x: number, y: number): number =>
  (c * (height + 2) + y + 1) * (width + 2) + x + 1;

function layer(inputs: number, outputs: number, kernel: 1 | 3, stride: 1 | 2, relu: boolean): Layer {
  const weights = Float32Array.from({ length: inputs * outputs * kernel * kernel }, (_, i) => noise(i + 3));
  return {
    inputs,
    outputs,
    kernel,
    stride,
    relu,
    weights,
    bias: Float32Array.from({ length: outputs }, (_, i) => i),
  };
}

/** The textbook sum, with zeros around the picture. */
function reference(
  input: FeatureMap,
  { weights, bias, kernel, stride, relu, inputs }: Layer,
  c: number,
  x: number,
  y: number,
): number {
  const reach = (kernel - 1) / 2;
  let sum = bias[c]!;
  for (let i = 0; i < inputs; i++) {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [sx, sy] = [x * stride + dx, y * stride + dy];
        if (sx < 0 || sy < 0 || sx >= input.width || sy >= input.height) continue;
        sum +=
          weights[((c * inputs + i) * kernel + dy + reach) * kernel + dx + reach]! *
          input.data[place(input, i, sx, sy)]!;
      }
    }
  }
  return relu ? Math.max(0, sum) : sum;
}

describe('feature maps', () => {
  it.each([
    [3, 1, true],
    [3, 2, false],
    [1, 1, true],
  ] as const)('convolves %dx kernels with stride %d like the textbook', (kernel, stride, relu) => {
    const input = map(2, 6, 4);
    const weights = layer(2, 3, kernel, stride, relu);
    const output = finish(convolve(input, weights));
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < output.height; y++) {
        for (let x = 0; x < output.width; x++) {
          expect(output.data[place(output, c, x, y)]).toBe(reference(input, weights, c, x, y));
        }
      }
    }
    expect(output).toMatchObject({ channels: 3, width: 6 / stride, height: 4 / stride });
  });

  it('adds the extra after the activation and leaves the border at zero', () => {
    const flat = layer(1, 1, 1, 1, true);
    flat.weights.fill(0);
    const output = finish(convolve(map(1, 2, 2), flat, Float32Array.of(7)));
    expect(meanOfChannels(output)).toEqual(Float32Array.of(7));
    expect(output.data[0]).toBe(0);
  });

  it('joins a doubled map with a detailed one', () => {
    const joined = joinUpsampled(map(1, 2, 1), map(1, 4, 2));
    const row = (c: number, y: number): number[] =>
      [0, 1, 2, 3].map((x) => joined.data[place(joined, c, x, y)]!);
    expect(row(0, 0)).toEqual([noise(0), noise(0), noise(1), noise(1)]);
    expect(row(0, 1)).toEqual(row(0, 0));
    expect(row(1, 1)).toEqual([4, 5, 6, 7].map(noise));
  });

  it('connects fully', () => {
    const full: Layer = {
      ...layer(2, 2, 1, 1, true),
      weights: Float32Array.of(1, 2, -3, -4),
      bias: Float32Array.of(1, 1),
    };
    expect([...connect(Float32Array.of(10, 1), full)]).toEqual([13, 0]);
  });
});
