import type { PhotoProblem } from '../photo/photo.js';
import type { Upload, UploadTotals } from './upload.js';

/** What the bar above an album says of the photos on their way: one thing at a time, the most important one. */
export type UploadMood =
  | { readonly kind: 'checking' | 'sending' | 'waiting' | 'paused' | 'stuck' | 'offline' | 'draft' }
  | { readonly kind: 'held'; readonly problem: PhotoProblem };

/** Null while nothing is to be sent. `draftProblem` is why the album itself is not made yet. */
export function moodOf(
  uploads: readonly Upload[],
  { unsent, isPaused, isStuck }: UploadTotals,
  draftProblem: PhotoProblem | null,
): UploadMood | null {
  if (unsent === 0) return null;
  if (isPaused) return { kind: 'paused' };
  const held = uploads.find(({ phase, problem }) => phase === 'waiting_to_send' && problem !== null)?.problem;
  const problem = held ?? draftProblem;
  if (problem === 'offline') return { kind: draftProblem === null ? 'offline' : 'draft' };
  if (problem) return { kind: 'held', problem };
  if (isStuck) return { kind: 'stuck' };
  const phases = new Set(uploads.map(({ phase }) => phase));
  if (phases.has('sending')) return { kind: 'sending' };
  return { kind: phases.has('checking') ? 'checking' : 'waiting' };
}
