import { describe, expect, it } from 'vitest';
import { NOTHING_SELECTED, selectAll, toggleOne, toggleRange } from './photo-selection.js';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

describe('choosing photos', () => {
  it('adds and takes away one', () => {
    const one = toggleOne(NOTHING_SELECTED, 'b');
    expect([...one.keys]).toEqual(['b']);
    expect([...toggleOne(one, 'b').keys]).toEqual([]);
  });

  it('adds a range from the last one, forwards and backwards', () => {
    const forwards = toggleRange(toggleOne(NOTHING_SELECTED, 'b'), 'd', ORDER);
    expect([...forwards.keys].toSorted()).toEqual(['b', 'c', 'd']);
    const backwards = toggleRange(toggleOne(NOTHING_SELECTED, 'd'), 'b', ORDER);
    expect([...backwards.keys].toSorted()).toEqual(['b', 'c', 'd']);
  });

  it('keeps where a range began, so that the next range begins there too', () => {
    const twice = toggleRange(toggleRange(toggleOne(NOTHING_SELECTED, 'c'), 'e', ORDER), 'a', ORDER);
    expect([...twice.keys].toSorted()).toEqual(ORDER);
  });

  it('takes a range away where its beginning was taken away', () => {
    const all = selectAll(NOTHING_SELECTED, ORDER);
    const fewer = toggleRange(toggleOne(all, 'b'), 'd', ORDER);
    expect([...fewer.keys].toSorted()).toEqual(['a', 'e']);
  });

  it('takes one where the beginning of the range is not shown', () => {
    const other = toggleRange(toggleOne(NOTHING_SELECTED, 'gone'), 'b', ORDER);
    expect([...other.keys].toSorted()).toEqual(['b', 'gone']);
    expect([...toggleRange(NOTHING_SELECTED, 'b', ORDER).keys]).toEqual(['b']);
  });

  it('adds all that are shown to what is chosen', () => {
    const chosen = selectAll(toggleOne(NOTHING_SELECTED, 'z'), ['a', 'b']);
    expect([...chosen.keys].toSorted()).toEqual(['a', 'b', 'z']);
  });
});
