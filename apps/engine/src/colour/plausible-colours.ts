import type { ColourGuess } from './colour-net.js';

/** Mean chroma that every picture gets: under about 5 people take a coloured picture for a grey one. */
const LEAST_MEAN_CHROMA = 6.5;
/** Guesses are held back a little: a wrong colour hurts more than a weak one (`npm run bench:colour`). */
const RESTRAINT = 0.85;
/** Weak colours are not made stronger than this before a warm tone helps out: noise would show. */
const MOST_GAIN = 1.5;
/** The warm tone of old hand-coloured prints, for pictures of which the network knows nothing. */
const WARM = { a: 1.8, b: 6.3 };

/**
 * Keeps a guess within what photographs of people and places show: no purple (skies, foliage and shadows turn
 * purple when a network doubts between blue and red), and enough colour to be seen. Changes `guess`.
 */
export function makePlausible({ a, b }: ColourGuess): void {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    b.data[i] = b.data[i]! * RESTRAINT;
    a.data[i] = Math.min(a.data[i]! * RESTRAINT, Math.max(0, 4 + 1.4 * b.data[i]!));
    sum += Math.hypot(a.data[i]!, b.data[i]!);
  }
  const mean = sum / a.data.length;
  if (mean >= LEAST_MEAN_CHROMA) return;
  const gain = Math.min(MOST_GAIN, LEAST_MEAN_CHROMA / Math.max(mean, 0.01));
  const warmth = 1 - (mean * gain) / LEAST_MEAN_CHROMA;
  for (let i = 0; i < a.data.length; i++) {
    a.data[i] = a.data[i]! * gain + WARM.a * warmth;
    b.data[i] = b.data[i]! * gain + WARM.b * warmth;
  }
}
