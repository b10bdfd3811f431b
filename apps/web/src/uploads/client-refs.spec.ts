import { describe, expect, it } from 'vitest';
import { ClientRefs } from './client-refs.js';

describe('the names of an archive', () => {
  it('are found however the list writes the file, with and without its ending', () => {
    const refs = new ClientRefs();
    refs.set(
      'album',
      new Map([
        ['Gro\u0308ße.JPG', 'A-1'],
        ['IMG_0001', 'A-2'],
        ['img_0001.png', 'A-3'],
      ]),
    );
    expect(refs.of('album', 'größe.jpg')).toBe('A-1');
    expect(refs.of('album', 'IMG_0001.jpg')).toBe('A-2');
    expect(refs.of('album', 'IMG_0001.PNG')).toBe('A-3');
    expect(refs.of('album', 'other.jpg')).toBeNull();
    expect(refs.of('another album', 'IMG_0001.jpg')).toBeNull();
  });

  it('given later go before those given earlier, and move into the album that a draft becomes', () => {
    const refs = new ClientRefs();
    refs.set(
      null,
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    refs.set(null, new Map([['a', '3']]));
    refs.move('album');
    expect([refs.of('album', 'a'), refs.of('album', 'b'), refs.of(null, 'a')]).toEqual(['3', '2', null]);
  });
});
