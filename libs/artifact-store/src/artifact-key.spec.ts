import { describe, expect, it } from 'vitest';
import { checkKey } from './artifact-key.js';
import { InvalidArtifactKey } from './artifact-store.errors.js';

describe('checkKey', () => {
  it.each([
    'originals/0193a7f2-1c3d-7abc-8def-0123456789ab.jpg',
    'results/0193a7f2-1c3d-7abc-8def-0123456789ab.png',
    'a',
    '0/a_b-c.d/e',
    'a'.repeat(200),
  ])('takes %s', (key) => {
    expect(() => checkKey(key)).not.toThrow();
  });

  it.each([
    '',
    '/',
    '/etc/passwd',
    '../secret',
    'a/../../secret',
    'a/..',
    'a..b',
    'a/./b',
    './a',
    'a//b',
    'a/',
    '.parts/x',
    'a/.hidden',
    'A/b',
    'a\\b',
    '..\\windows',
    'a b',
    'a\0b',
    'a\n',
    '%2e%2e/a',
    'c:/a',
    '奶奶.jpg',
    'a'.repeat(201),
  ])('refuses %j', (key) => {
    expect(() => checkKey(key)).toThrow(InvalidArtifactKey);
  });
});
