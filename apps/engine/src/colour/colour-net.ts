import type { ColourWeights, Layer } from './colour-weights.js';
import {
  connect,
  convolve,
  createFeatureMap,
  type FeatureMap,
  joinUpsampled,
  meanOfChannels,
} from './feature-map.js';
import { createPlane, type Plane } from './plane.js';
import { asPart, type SlicedWork } from './time-slices.js';

/** Sides of the network's input are multiples of this: five layers halve the size. */
export const NET_STEP = 32;

/** Share of all multiplications done when each layer ends, at any size. */
const DONE = {
  e0: 0.02,
  e1: 0.06,
  e2: 0.1,
  e3: 0.13,
  e4: 0.15,
  m: 0.17,
  d3: 0.25,
  d2: 0.42,
  d1: 0.88,
  head: 1,
};

/**
 * Sharpness of the annealed mean (Zhang, Isola, Efros 2016): 1 is the plain mean of all possible colours, which is
 * grey-brown; 0 takes the likeliest one, which gives blotches. The paper's 0.38 is for a network that saw a million
 * pictures; this one is surer than it should be.
 */
const TEMPERATURE = 0.5;

export interface ColourGuess {
  a: Plane;
  b: Plane;
}

/** Guesses a* and b* at a quarter of the size of `light`, whose values are -1 (dark) to 1 (bright). */
export function* guessColours(light: Plane, { layers, bins }: ColourWeights): SlicedWork<ColourGuess> {
  const layer = (name: string): Layer => {
    const found = layers.get(name);
    if (!found) throw new Error(`The colouring weights have no layer ${name}.`);
    return found;
  };
  const e0 = yield* asPart(convolve(withPosition(light), layer('e0')), 0, DONE.e0);
  const e1 = yield* asPart(convolve(e0, layer('e1')), DONE.e0, DONE.e1);
  const e2 = yield* asPart(convolve(e1, layer('e2')), DONE.e1, DONE.e2);
  const e3 = yield* asPart(convolve(e2, layer('e3')), DONE.e2, DONE.e3);
  const e4 = yield* asPart(convolve(e3, layer('e4')), DONE.e3, DONE.e4);
  const scene = connect(meanOfChannels(e4), layer('scene'));
  const m = yield* asPart(convolve(e4, layer('m'), scene), DONE.e4, DONE.m);
  const d3 = yield* asPart(convolve(joinUpsampled(m, e3), layer('d3')), DONE.m, DONE.d3);
  const d2 = yield* asPart(convolve(joinUpsampled(d3, e2), layer('d2')), DONE.d3, DONE.d2);
  const d1 = yield* asPart(convolve(joinUpsampled(d2, e1), layer('d1')), DONE.d2, DONE.d1);
  const scores = yield* asPart(convolve(d1, layer('head')), DONE.d1, DONE.head);
  return annealedMean(scores, bins);
}

/** Luminance, height in the picture and distance from its middle line: what the network was trained on. */
function withPosition(light: Plane): FeatureMap {
  const { width, height } = light;
  const map = createFeatureMap(3, width, height);
  const plane = (width + 2) * (height + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + 1) * (width + 2) + x + 1;
      map.data[at] = light.data[y * width + x]!;
      map.data[plane + at] = (2 * y) / (height - 1) - 1;
      map.data[2 * plane + at] = Math.abs((2 * x) / (width - 1) - 1);
    }
  }
  return map;
}

function annealedMean(scores: FeatureMap, bins: ColourWeights['bins']): ColourGuess {
  const { width, height } = scores;
  const guess = { a: createPlane(width, height), b: createPlane(width, height) };
  const plane = (width + 2) * (height + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + 1) * (width + 2) + x + 1;
      let best = -Infinity;
      for (let bin = 0; bin < bins.length; bin++) best = Math.max(best, scores.data[bin * plane + at]!);
      let [sum, sumA, sumB] = [0, 0, 0];
      for (let bin = 0; bin < bins.length; bin++) {
        const share = Math.exp((scores.data[bin * plane + at]! - best) / TEMPERATURE);
        sum += share;
        sumA += share * bins[bin]![0];
        sumB += share * bins[bin]![1];
      }
      guess.a.data[y * width + x] = sumA / sum;
      guess.b.data[y * width + x] = sumB / sum;
    }
  }
  return guess;
}
