import { ApiProblem } from '../api/api-problem.js';
import type { PhotoProblem } from './photo.js';
import type { AnyTranslate, SayOfPhotos } from './translate.js';

const BYTES_PER_MB = 1024 * 1024;
/** The API's default limit, which this page keeps to before it sends a photo. */
export const MAX_PHOTO_BYTES = 20 * BYTES_PER_MB;

/**
 * What went wrong and what to do, in a plain sentence: of a code, or of whatever a call of `api/` threw. What is no problem
 * of the API is a mistake of ours, and the person is told that much.
 */
export function sayProblem(problem: unknown, t: AnyTranslate): string {
  const say = t as SayOfPhotos;
  if (typeof problem === 'string')
    return say(`problem:${problem as PhotoProblem}`, { max: inMb(MAX_PHOTO_BYTES) });
  if (!(problem instanceof ApiProblem)) return say('problem:internal_error');
  return say(`problem:${problem.code}`, { max: inMb(problem.problem?.limit ?? MAX_PHOTO_BYTES) });
}

const inMb = (bytes: number) => Math.floor(bytes / BYTES_PER_MB);
