import { describe, expect, it } from 'vitest';
import { isSound, readFilter, toMatch } from './search-filter.js';

const ALBUM = '01890000-0000-7000-8000-000000000000';
const matchOf = (query: string) => toMatch(readFilter(new URLSearchParams(query)));

describe('what is searched for', () => {
  it('is what the address says', () => {
    expect(matchOf(`q=+grandma+&state=failed&type=person@2&failure=bad_image&album=${ALBUM}`)).toEqual({
      q: 'grandma',
      state: 'failed',
      type: 'person@2',
      failure: 'bad_image',
      album: ALBUM,
    });
    expect(matchOf('')).toEqual({});
  });

  it('finds what an operator has taken off the list of failed photos', () => {
    expect(matchOf('state=discarded&failure=timed_out')).toEqual({
      state: 'failed',
      discarded: 'true',
      failure: 'timed_out',
    });
  });

  it('ends with the last moment of the day that is named', () => {
    const { from, to } = matchOf('from=2026-03-01&to=2026-03-01');
    expect(new Date(from!).getTime()).toBe(new Date('2026-03-01T00:00').getTime());
    expect(new Date(to!).getTime()).toBe(new Date('2026-03-02T00:00').getTime());
  });

  it('is nothing that the API would not understand', () => {
    expect(
      matchOf('state=lost&failure=bad_luck&album=box-3&owner=me&type=A&from=soon&to=2026-99-99'),
    ).toEqual({});
    expect(isSound('album', 'box-3')).toBe(false);
    expect(isSound('album', '')).toBe(true);
  });
});
