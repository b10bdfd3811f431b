import type { ColourGuess } from './colour-net.js';

/** Mean chroma that every picture gets: under about 5 people take a coloured picture for a grey one. */
const LEAST_MEAN_CHROMA = 6.5;
/** Guesses are held back a little: a wrong colour hurts more than a weak one (`npm run bench:colour`). */
const RESTRAINT = 0.85;
/** Weak colours are made stronger by no more than this; the rest is a warm tone, or noise would show. */
const MOST_GAIN = 2.2;
/** Where even this would be needed the guess is worth nothing: half of it lies under the full tone. */
const HOPELESS_GAIN = 3.2;
/** The warm tone of old hand-coloured prints, for pictures of which the network knows nothing. */
const WARM = { a: 2.1, b: 7.2 };

/** Blue is believed in the upper part; further down it is more often a dark meadow than water. */
const blueShare = (height: number): number => 1 - 0.6 * Math.min(Math.max((height - 0.35) / 0.4, 0), 1);

/**
 * Keeps a guess within what photographs of people and places show: no purple (skies, foliage and shadows turn
 * purple when a network doubts between blue and red), and enough colour to be seen. Changes `guess`.
 */
export function makePlausible({ a, b }: ColourGuess): void {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    const blue = b.data[i]! < 0 ? blueShare(Math.floor(i / b.width) / b.height) : 1;
    b.data[i] = b.data[i]! * RESTRAINT * blue;
    a.data[i] = Math.min(a.data[i]! * RESTRAINT, Math.max(0, 4 + 1.4 * b.data[i]!));
    sum += Math.hypot(a.data[i]!, b.data[i]!);
  }
  const mean = sum / a.data.length;
  if (mean >= LEAST_MEAN_CHROMA) return;
  const gain = LEAST_MEAN_CHROMA / Math.max(mean, 0.01);
  // in between the tone would meet its opposite, blue, at equal strength, and the two make grey
  const [share, tone] =
    gain <= HOPELESS_GAIN ? [Math.min(gain, MOST_GAIN), Math.max(0, 1 - MOST_GAIN / gain)] : [0.5, 1];
  for (let i = 0; i < a.data.length; i++) {
    a.data[i] = a.data[i]! * share + WARM.a * tone;
    b.data[i] = b.data[i]! * share + WARM.b * tone;
  }
}
