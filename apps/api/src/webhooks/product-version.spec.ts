import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { productVersion } from './product-version.js';

it('reads the version of the product, from wherever it lies', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(productVersion()).toBe(version);
  expect(productVersion('dist/apps/api/src/webhooks')).toBe(version);
  expect(() => productVersion(tmpdir())).toThrow('no package.json');
});
