import { meanChroma } from '@app/imaging';
import sharp from 'sharp';
import type { PhotoOutcome } from '../repair/repair-photo.js';

/** What the demo measured on one photo. */
export interface CheckedResult {
  outcome: PhotoOutcome;
  /** Mean CIELAB chroma: 0 is grey. */
  chromaBefore: number;
  chromaAfter: number;
  /** Set when the result is not what it should be. */
  problem: string | undefined;
}

/** Below this a picture looks grey: a colouring must not end there. */
const VISIBLE_CHROMA = 2;

/** Looks at a saved result: as large as what was sent, and in colour. */
export async function checkResult(outcome: PhotoOutcome): Promise<CheckedResult> {
  const chromaBefore = await meanChroma(outcome.photo);
  if (outcome.saved === undefined)
    return { outcome, chromaBefore, chromaAfter: 0, problem: outcome.problem ?? 'no result' };
  const [before, after] = await Promise.all([
    sharp(outcome.photo).metadata(),
    sharp(outcome.saved).metadata(),
  ]);
  const chromaAfter = await meanChroma(outcome.saved);
  return { outcome, chromaBefore, chromaAfter, problem: problemOf(before, after, chromaAfter) };
}

function problemOf(before: Size, after: Size, chroma: number): string | undefined {
  if (before.width !== after.width || before.height !== after.height) {
    return `is ${after.width}x${after.height}, but ${before.width}x${before.height} was sent`;
  }
  return chroma < VISIBLE_CHROMA ? `has no visible colour (chroma ${chroma.toFixed(1)})` : undefined;
}

interface Size {
  width: number;
  height: number;
}
