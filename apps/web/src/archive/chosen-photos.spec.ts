import { describe, expect, it } from 'vitest';
import { PHASES } from '../photo/photo.js';
import { findChosen, isChosen, taskIdsOf } from './chosen-photos.js';
import { filterPhotos } from './photo-filter.js';
import { photoFor } from './photo-sample.js';

const every = PHASES.map((phase) => photoFor(`${phase}.jpg`, { phase }));
const keys = new Set(every.map(({ key }) => key));
const names = (photos: readonly { name: string }[]) => photos.map(({ name }) => name);

describe('the chosen photos', () => {
  it('tell what can be done to which of them', () => {
    const chosen = findChosen(every, every, keys);
    expect(names(chosen.savable)).toEqual(['done.jpg']);
    expect(names(chosen.retryable)).toEqual(['failed.jpg', 'stopped.jpg', 'expired.jpg']);
    expect(names(chosen.stoppable)).toEqual(['in_line.jpg', 'working.jpg']);
    expect(chosen.all).toHaveLength(every.length);
  });

  it('tell how many the filter hides', () => {
    const shown = filterPhotos(every, { state: 'ready', text: '' });
    expect(findChosen(every, every, keys).hidden).toBe(0);
    expect(findChosen(every, shown, keys).hidden).toBe(every.length - 1);
    expect(findChosen(every, shown, new Set()).hidden).toBe(0);
  });

  it('leave out what is gone', () => {
    expect(findChosen([], [], keys).all).toEqual([]);
  });

  it('stay chosen when they are sent, and get another key', () => {
    const sent = { ...photoFor('a.jpg', { phase: 'in_line' }), uploadId: 'upload of a.jpg' };
    expect(isChosen(sent, new Set(['upload of a.jpg']))).toBe(true);
    expect(isChosen(sent, new Set(['upload of b.jpg']))).toBe(false);
  });

  it('have ids where they are tasks', () => {
    expect(
      taskIdsOf([photoFor('a.jpg', { phase: 'sending' }), photoFor('b.jpg', { phase: 'done' })]),
    ).toEqual(['task of b.jpg']);
  });
});
