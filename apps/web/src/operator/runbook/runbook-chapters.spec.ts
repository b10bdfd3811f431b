import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findChapter, readChapters } from './runbook-chapters.js';

describe('the chapters of a runbook', () => {
  const chapters = readChapters(
    '# Runbook\n\nIntro.\n\n## No worker\n\nStart `one`.\n\n### How\n\nSo.\n\n## Last',
  );

  it('are what stands under each heading', () => {
    expect(chapters).toEqual([
      { anchor: 'no-worker', title: 'No worker', text: 'Start `one`.\n\n### How\n\nSo.' },
      { anchor: 'last', title: 'Last', text: '' },
    ]);
  });

  it('are found by their anchors', () => {
    expect(findChapter(chapters, 'No-Worker')?.title).toBe('No worker');
    expect(findChapter(chapters, 'elsewhere')).toBeUndefined();
  });
});

it('the runbook of this repository has chapters with words', () => {
  const chapters = readChapters(readFileSync('docs/RUNBOOK.md', 'utf8'));
  expect(chapters.length).toBeGreaterThan(10);
  expect(chapters.filter(({ text }) => text === '')).toEqual([]);
});
