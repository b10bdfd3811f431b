import type { PhotoCounts } from '../photo/photo-counts.js';

/** What an album says of itself first; the sentence of each is in `words/<language>/album.ts`. */
export type Headline =
  'on_their_way' | 'some_ready' | 'all_ready' | 'none_worked' | 'all_stopped' | 'none_ready';

/** Null for an album without photos. */
export function headlineOf({
  total,
  done,
  unsent,
  waiting,
  working,
  failed,
  stopped,
}: PhotoCounts): Headline | null {
  if (total === 0) return null;
  if (done === total) return 'all_ready';
  if (done > 0) return 'some_ready';
  if (unsent + waiting + working > 0) return 'on_their_way';
  if (failed === total) return 'none_worked';
  return stopped === total ? 'all_stopped' : 'none_ready';
}

/** Whether nothing in the album goes on by itself any more. */
export function isOver({ unsent, waiting, working }: PhotoCounts): boolean {
  return unsent + waiting + working === 0;
}
