import { describe, expect, it } from 'vitest';
import { DecodeLine } from './decode-line.js';

/** All that may run now. */
function start(line: DecodeLine<string>): string[] {
  const started = [];
  for (let next = line.next(); next; next = line.next()) started.push(next);
  return started;
}

function lineOf(...entries: string[]): DecodeLine<string> {
  const line = new DecodeLine<string>(2);
  for (const entry of entries) line.join(entry);
  return line;
}

describe('DecodeLine', () => {
  it('runs first come, first served, so many at a time', () => {
    const line = lineOf('a', 'b', 'c', 'd');
    expect(start(line)).toEqual(['a', 'b']);
    line.done('b');
    expect(start(line)).toEqual(['c']);
    line.done('a');
    line.done('c');
    expect(start(line)).toEqual(['d']);
    expect(line.isEmpty).toBe(false);
    line.done('d');
    expect(line.isEmpty).toBe(true);
  });

  it('runs what has to run again first, one after the other, with nobody beside it', () => {
    const line = lineOf('a', 'b', 'c', 'd');
    start(line);
    for (const entry of line.inChild()) line.repeat(entry);
    expect(start(line)).toEqual(['a']);
    line.done('a');
    expect(start(line)).toEqual(['b']);
    line.done('b');
    expect(start(line)).toEqual(['c', 'd']);
  });

  it('waits for those that run before one runs alone', () => {
    const line = lineOf('a', 'b', 'c');
    start(line);
    line.repeat('a');
    expect(start(line)).toEqual([]);
    line.done('b');
    expect(start(line)).toEqual(['a']);
  });

  it('lets one leave that waits, and not one that runs', () => {
    const line = lineOf('a', 'b', 'c', 'd');
    start(line);
    line.repeat('b');
    expect(['a', 'b', 'c', 'x'].map((entry) => line.leave(entry))).toEqual([false, true, true, false]);
    expect(start(line)).toEqual(['d']);
  });

  it('gives back all that waits', () => {
    const line = lineOf('a', 'b', 'c');
    start(line);
    line.repeat('b');
    expect(line.clear()).toEqual(['b', 'c']);
    expect(line.inChild()).toEqual(['a']);
  });
});
