import { describe, expect, it } from 'vitest';
import { PHASES } from '../photo/photo.js';
import { countStates, EVERY_PHOTO, filterPhotos, PHOTO_STATES } from './photo-filter.js';
import { photoFor } from './photo-sample.js';

const every = PHASES.map((phase) => photoFor(`${phase}.jpg`, { phase }));
const names = (photos: readonly { name: string }[]) => photos.map(({ name }) => name);

describe('the filter of a gallery', () => {
  it('shows the same list where nothing is filtered, so that nothing is drawn anew', () => {
    expect(filterPhotos(every, EVERY_PHOTO)).toBe(every);
    expect(filterPhotos(every, { state: 'all', text: '  ' })).toBe(every);
  });

  it('has each photo in one state, in the order of the album', () => {
    const states = PHOTO_STATES.filter((state) => state !== 'all');
    const shown = states.flatMap((state) => filterPhotos(every, { state, text: '' }));
    expect(new Set(shown).size).toBe(every.length);
    expect(shown).toHaveLength(every.length);
    expect(names(filterPhotos(every, { state: 'failed', text: '' }))).toEqual(['failed.jpg', 'expired.jpg']);
  });

  it('counts as many as it shows', () => {
    const counts = countStates(every);
    for (const state of PHOTO_STATES) {
      expect(counts[state]).toBe(filterPhotos(every, { state, text: '' }).length);
    }
  });

  it('finds by a part of the name or of the own id, whatever the capitals and the width of letters', () => {
    const photos = [
      photoFor('Oma am Meer.jpg', { phase: 'done', ownId: 'Box 3, page 12' }),
      photoFor('外婆.jpg', { phase: 'done', ownId: 'Ｂ－７' }),
    ];
    expect(names(filterPhotos(photos, { state: 'all', text: 'MEER' }))).toEqual(['Oma am Meer.jpg']);
    expect(names(filterPhotos(photos, { state: 'all', text: 'page 12' }))).toEqual(['Oma am Meer.jpg']);
    expect(names(filterPhotos(photos, { state: 'all', text: 'b-7' }))).toEqual(['外婆.jpg']);
    expect(names(filterPhotos(photos, { state: 'all', text: '外婆' }))).toEqual(['外婆.jpg']);
  });

  it('takes state and text together', () => {
    expect(filterPhotos(every, { state: 'ready', text: 'failed' })).toEqual([]);
  });
});
