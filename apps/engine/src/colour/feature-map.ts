import type { Layer } from './colour-weights.js';
import type { SlicedWork } from './time-slices.js';

/** Channels of equal size with a border of one zero pixel, so that 3x3 convolutions need no edge cases. */
export interface FeatureMap {
  channels: number;
  width: number;
  height: number;
  data: Float32Array;
}

export function createFeatureMap(channels: number, width: number, height: number): FeatureMap {
  return { channels, width, height, data: new Float32Array(channels * (width + 2) * (height + 2)) };
}

/** A convolution with its activation; `extra` is added to each channel first (the scene's share of the bias). */
export function* convolve(input: FeatureMap, layer: Layer, extra?: Float32Array): SlicedWork<FeatureMap> {
  const { stride, kernel, outputs } = layer;
  const output = createFeatureMap(outputs, input.width / stride, input.height / stride);
  const [pitch, outPitch] = [output.width + 2, input.width + 2];
  for (let channel = 0; channel < outputs; channel++) {
    const start = channel * pitch * (output.height + 2);
    for (let y = 0; y < output.height; y++) {
      const row = output.data.subarray(
        start + (y + 1) * pitch + 1,
        start + (y + 1) * pitch + 1 + output.width,
      );
      row.fill(layer.bias[channel]!);
      for (let source = 0; source < input.channels; source++) {
        const top = (source * (input.height + 2) + y * stride) * outPitch;
        const weightAt = (channel * input.channels + source) * kernel * kernel;
        if (kernel === 1) addScaled(row, input.data, top + outPitch + 1, layer.weights[weightAt]!);
        else addRow3(row, input.data, top, outPitch, layer.weights, weightAt, stride);
      }
      if (layer.relu) for (let x = 0; x < row.length; x++) if (row[x]! < 0) row[x] = 0;
      if (extra) for (let x = 0; x < row.length; x++) row[x] = row[x]! + extra[channel]!;
    }
    yield (channel + 1) / outputs;
  }
  return output;
}

function addScaled(row: Float32Array, data: Float32Array, at: number, weight: number): void {
  for (let x = 0; x < row.length; x++) row[x] = row[x]! + weight * data[at + x]!;
}

function addRow3(
  row: Float32Array,
  data: Float32Array,
  top: number,
  pitch: number,
  weights: Float32Array,
  at: number,
  stride: number,
): void {
  const [a, b, c] = [weights[at]!, weights[at + 1]!, weights[at + 2]!];
  const [d, e, f] = [weights[at + 3]!, weights[at + 4]!, weights[at + 5]!];
  const [g, h, i] = [weights[at + 6]!, weights[at + 7]!, weights[at + 8]!];
  const middle = top + pitch;
  const bottom = middle + pitch;
  for (let x = 0, s = 0; x < row.length; x++, s += stride) {
    row[x] =
      row[x]! +
      (a * data[top + s]! + b * data[top + s + 1]! + c * data[top + s + 2]!) +
      (d * data[middle + s]! + e * data[middle + s + 1]! + f * data[middle + s + 2]!) +
      (g * data[bottom + s]! + h * data[bottom + s + 1]! + i * data[bottom + s + 2]!);
  }
}

/** `small` at twice its size (nearest pixel), followed by the channels of `detail`, which has that size. */
export function joinUpsampled(small: FeatureMap, detail: FeatureMap): FeatureMap {
  const joined = createFeatureMap(small.channels + detail.channels, detail.width, detail.height);
  const pitch = detail.width + 2;
  const plane = pitch * (detail.height + 2);
  const smallPitch = small.width + 2;
  const smallPlane = smallPitch * (small.height + 2);
  for (let channel = 0; channel < small.channels; channel++) {
    for (let y = 0; y < detail.height; y++) {
      const from = channel * smallPlane + ((y >> 1) + 1) * smallPitch + 1;
      const to = channel * plane + (y + 1) * pitch + 1;
      for (let x = 0; x < detail.width; x++) joined.data[to + x] = small.data[from + (x >> 1)]!;
    }
  }
  joined.data.set(detail.data, small.channels * plane);
  return joined;
}

/** The mean of each channel. */
export function meanOfChannels(map: FeatureMap): Float32Array {
  const plane = (map.width + 2) * (map.height + 2);
  return Float32Array.from({ length: map.channels }, (_, channel) => {
    let sum = 0;
    // the border is zero and does not count
    for (let i = channel * plane; i < (channel + 1) * plane; i++) sum += map.data[i]!;
    return sum / (map.width * map.height);
  });
}

/** A full connection over a vector. */
export function connect(input: Float32Array, layer: Layer): Float32Array {
  return Float32Array.from({ length: layer.outputs }, (_, output) => {
    let sum = layer.bias[output]!;
    for (let i = 0; i < layer.inputs; i++) sum += layer.weights[output * layer.inputs + i]! * input[i]!;
    return layer.relu ? Math.max(sum, 0) : sum;
  });
}
