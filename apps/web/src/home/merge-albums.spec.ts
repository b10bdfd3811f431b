import type { AlbumView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { mergeAlbums } from './merge-albums.js';

function album(id: string, day: number): AlbumView {
  return { id, created_at: `2026-03-${String(day).padStart(2, '0')}T12:00:00.000Z` } as AlbumView;
}
const shelf = (...given: Parameters<typeof mergeAlbums>) =>
  mergeAlbums(...given).map(({ album: { id }, isShared }) => (isShared ? `${id} (shared)` : id));

describe('mergeAlbums', () => {
  it('puts the newest first, whosever it is', () => {
    expect(shelf([album('c', 9), album('a', 3)], [album('b', 5), album('d', 11)], false)).toEqual([
      'd (shared)',
      'c',
      'b (shared)',
      'a',
    ]);
  });

  it('shows an album once whose owner has opened a link to it', () => {
    expect(shelf([album('a', 3)], [album('a', 3)], false)).toEqual(['a']);
  });

  it('holds back what would later move down, as long as there is more to read', () => {
    const own = [album('c', 9), album('b', 7)];
    const shared = [album('old', 2), album('new', 8)];
    expect(shelf(own, shared, true)).toEqual(['c', 'new (shared)', 'b']);
    expect(shelf(own, shared, false)).toEqual(['c', 'new (shared)', 'b', 'old (shared)']);
  });

  it('shows what was shared to somebody without albums', () => {
    expect(shelf([], [album('a', 1)], false)).toEqual(['a (shared)']);
    expect(shelf([], [album('a', 1)], true)).toEqual(['a (shared)']);
  });
});
