import { describe, expect, it } from 'vitest';
import { photoFor } from '../photo-sample.js';
import { matchIds } from './match-ids.js';

const row = (name: string, ownId: string) => ({ row: 2, name, ownId });
const names = (photos: readonly { name: string }[]) => photos.map(({ name }) => name);

describe('a list and the photos of an album', () => {
  const unsent = photoFor('a.jpg', { phase: 'waiting_to_send' });

  it('come together by the name, with the spelling of the photo', () => {
    const photo = photoFor('Café.JPG'.normalize('NFD'), { phase: 'sending' });
    const match = matchIds([row('café.jpg', '1')], [photo]);
    expect(names(match.taking)).toEqual([photo.name]);
    expect([...match.refs]).toEqual([[photo.name, '1']]);
  });

  it('come together without the ending of the name', () => {
    expect([...matchIds([row('A', '1')], [unsent]).refs]).toEqual([['a.jpg', '1']]);
  });

  it('leave the rows for photos that come later', () => {
    const match = matchIds([row('a.jpg', '1'), row('later.jpg', '2')], [unsent]);
    expect(names(match.missing)).toEqual(['later.jpg']);
    expect(match.refs.get('later.jpg')).toBe('2');
  });

  it('tell the photos that the list has nothing for', () => {
    expect(names(matchIds([], [unsent]).unlisted)).toEqual(['a.jpg']);
  });

  it('tell those that were sent with this id, and those for which it is too late', () => {
    const [same, other, none] = [
      photoFor('same.jpg', { phase: 'done', ownId: '1' }),
      photoFor('other.jpg', { phase: 'done', ownId: 'X' }),
      photoFor('none.jpg', { phase: 'in_line' }),
    ];
    const match = matchIds(
      [row('same.jpg', '1'), row('other.jpg', '2'), row('none.jpg', '3')],
      [same, other, none],
    );
    expect(names(match.having)).toEqual(['same.jpg']);
    expect(names(match.tooLate)).toEqual(['other.jpg', 'none.jpg']);
    expect(match.taking).toEqual([]);
  });

  it('tell the names that several photos have', () => {
    const match = matchIds([row('a.jpg', '1')], [unsent, { ...unsent, key: 'another' }]);
    expect(match.doubledPhotos).toEqual(['a.jpg']);
    expect(match.taking).toHaveLength(2);
  });
});
