import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeFits } from './node-version.mjs';

describe('nodeFits', () => {
  const range = '^20.19.0 || ^22.12.0 || >=24';

  it.each([
    ['14.21.3', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['21.7.0', false],
    ['22.11.0', false],
    ['22.12.0', true],
    ['23.11.0', false],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('Node %s: %s', (version, fits) => {
    expect(nodeFits(version, range)).toBe(fits);
  });

  it('is what package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(engines.node).toBe(range);
  });

  it('does not guess at a range that it does not understand', () => {
    expect(() => nodeFits('20.19.0', '20.x')).toThrow('20.x');
  });
});
