import { describe, expect, it } from 'vitest';
import { LineSplitter, readChildLine, RepeatFilter } from './child-words.js';

describe('readChildLine', () => {
  it.each([
    ['{"level":"info","msg":"fine"}', 'stdout', undefined],
    ['{"level":"warn","msg":"slow"}', 'stdout', { severity: 'warning', text: 'slow' }],
    [
      '{"level":"error","msg":"no","err":{"message":"why"}}',
      'stdout',
      { severity: 'error', text: 'no (why)' },
    ],
    ['{"level":"fatal"}', 'stdout', { severity: 'error', text: 'no message' }],
    ['plain talk', 'stdout', undefined],
    ['Port 1 is taken.', 'stderr', { severity: 'error', text: 'Port 1 is taken.' }],
    ['{not json', 'stderr', { severity: 'error', text: '{not json' }],
    ['   ', 'stderr', undefined],
  ] as const)('%s from %s', (line, from, expected) => {
    expect(readChildLine(line, from)).toEqual(expected);
  });
});

it('LineSplitter joins lines over chunks, also inside a character', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  const bytes = Buffer.from('奶奶\n1953年\nrest');
  for (let at = 0; at < bytes.length; at += 2) splitter.push(bytes.subarray(at, at + 2));
  expect(lines).toEqual(['奶奶', '1953年']);
});

it('RepeatFilter lets the same sentence through once in its time', () => {
  const filter = new RepeatFilter(1000);
  expect([
    filter.mayShow('a', 0),
    filter.mayShow('a', 999),
    filter.mayShow('b', 999),
    filter.mayShow('a', 1000),
  ]).toEqual([true, false, true, true]);
});
