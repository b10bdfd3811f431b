import { describe, expect, it } from 'vitest';
import { CliError } from '../cli-error.js';
import { pauseLines } from './pause-lines.js';
import { pathOf } from './pauses.command.js';

describe('what is to be paused', () => {
  it.each([
    ['intake', undefined, 'pauses/intake'],
    ['type', 'person', 'pauses/types/person'],
    ['worker', 'old card/2', 'pauses/workers/old%20card%2F2'],
  ])('%s %s', (what, name, path) => {
    expect(pathOf(what, name)).toBe(path);
  });

  it.each([
    ['intake', 'person', 'it has no name'],
    ['type', undefined, 'Which type?'],
    ['worker', '', 'Which worker?'],
    ['everything', undefined, 'One of: intake'],
  ])('is not %s %s', (what, name, words) => {
    expect(() => pathOf(what, name)).toThrow(CliError);
    expect(() => pathOf(what, name)).toThrow(words);
  });
});

describe('the table of pauses', () => {
  const by = { id: '1', name: 'night\u001b[2J shift' };
  const since = '2026-11-22T06:00:00.000Z';

  it('says what, since when, by whom and why, and obeys nobody', () => {
    const lines = pauseLines([
      { scope: 'intake', name: null, since, by, note: null },
      { scope: 'worker', name: 'gpu-1', since, by, note: 'fan' },
    ]);
    expect(lines.join('\n')).toMatch(/intake +- +2026-11-22T06:00:00.000Z +night \[2J shift +-/);
    expect(lines.join('\n')).toMatch(/worker +gpu-1 +2026-11-22T06:00:00.000Z +night \[2J shift +fan/);
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('says that there is nothing', () => {
    expect(pauseLines([])).toEqual(['Nothing is paused.']);
  });
});
