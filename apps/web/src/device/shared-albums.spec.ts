import { describe, expect, it } from 'vitest';
import { addAlbum, MOST_SHARED_ALBUMS, readAlbums, removeAlbum, type SharedAlbum } from './shared-albums.js';

const album = (id: string, access: SharedAlbum['access'] = 'view', openedAt = 1): SharedAlbum => ({
  id,
  access,
  openedAt,
});

describe('albums that links have opened', () => {
  it('are remembered with the last one first, each once', () => {
    const albums = addAlbum([album('a'), album('b')], { id: 'b', access: 'view' }, 5);
    expect(albums).toEqual([album('b', 'view', 5), album('a')]);
  });

  it('keep the right to change them when a link to look is opened later', () => {
    expect(addAlbum([album('a', 'edit')], { id: 'a', access: 'view' }, 5)).toEqual([album('a', 'edit', 5)]);
    expect(addAlbum([album('a', 'view')], { id: 'a', access: 'edit' }, 5)).toEqual([album('a', 'edit', 5)]);
  });

  it('are no more than a device should carry', () => {
    const full = Array.from({ length: MOST_SHARED_ALBUMS }, (_, index) => album(String(index)));
    const albums = addAlbum(full, { id: 'new', access: 'view' }, 5);
    expect(albums).toHaveLength(MOST_SHARED_ALBUMS);
    expect(albums.at(0)?.id).toBe('new');
    expect(albums.at(-1)?.id).toBe(String(MOST_SHARED_ALBUMS - 2));
  });

  it('are taken off the list one by one', () => {
    expect(removeAlbum([album('a'), album('b')], 'a')).toEqual([album('b')]);
  });

  it.each([null, '', 'no JSON', '{}', '[1, null, {"id": 3}]', '[{"id":"a","access":"own","openedAt":1}]'])(
    'are none where the store holds %s',
    (stored) => {
      expect(readAlbums(stored)).toEqual([]);
    },
  );

  it('come back as they were stored', () => {
    const albums = [album('a', 'edit', 7)];
    expect(readAlbums(JSON.stringify(albums))).toEqual(albums);
  });
});
