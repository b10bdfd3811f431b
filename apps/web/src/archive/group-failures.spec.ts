import { describe, expect, it } from 'vitest';
import { groupFailures, reasonOf } from './group-failures.js';
import { photoFor } from './photo-sample.js';

describe('photos that did not work', () => {
  it('come in groups of the same reason, the largest first, in the order of the album', () => {
    const photos = [
      photoFor('a.jpg', { phase: 'failed', failure: 'bad_image' }),
      photoFor('b.jpg', { phase: 'failed', failure: 'engine_unreachable' }),
      photoFor('c.jpg', { phase: 'done' }),
      photoFor('d.jpg', { phase: 'failed', failure: 'engine_unreachable' }),
      photoFor('e.jpg', { phase: 'expired' }),
      photoFor('f.jpg', { phase: 'in_line', failure: 'timed_out' }),
    ];
    const groups = groupFailures(photos).map((group) => [group.reason, group.photos.map(({ name }) => name)]);
    expect(groups).toEqual([
      ['engine_unreachable', ['b.jpg', 'd.jpg']],
      ['bad_image', ['a.jpg']],
      ['expired', ['e.jpg']],
    ]);
  });

  it('have a reason even where nobody said one', () => {
    expect(reasonOf(photoFor('a.jpg', { phase: 'failed' }))).toBe('unknown');
    expect(reasonOf(photoFor('a.jpg', { phase: 'done' }))).toBeNull();
  });
});
