import { describe, expect, it } from 'vitest';
import { readPreferredWait } from './prefer-wait.js';

describe('readPreferredWait', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['respond-async', undefined],
    ['wait=20', 20],
    ['respond-async, wait=20', 20],
    ['Wait = "5" ; foo=bar', 5],
    ['wait=5,return=minimal', 5],
    ['wait=500', 60],
    ['wait=0', undefined],
    ['wait=-5', undefined],
    ['wait=abc', undefined],
    ['wait', undefined],
    ['await=20', undefined],
    ['wait=5x', undefined],
  ])('hears the header %j', (header, seconds) => {
    expect(readPreferredWait(header, undefined)?.seconds).toBe(seconds);
  });

  it('hears the query', () => {
    expect(readPreferredWait(undefined, '60')).toEqual({ seconds: 60, byHeader: false });
  });

  it.each(['0', '61', '-1', '1.5', 'abc', '', '1e1', ['1', '2']])('refuses ?wait=%j', (query) => {
    expect(() => readPreferredWait('wait=5', query)).toThrow('invalid_request');
  });
});
