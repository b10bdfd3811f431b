import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainNpmFailure, packagesAreCurrent } from './install.mjs';

const A = { version: '1.0.0', integrity: 'sha512-a' };
const B = { version: '2.0.0', integrity: 'sha512-b' };

describe('packagesAreCurrent', () => {
  let dir;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'install-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  function lay(wanted, installed) {
    writeFileSync(join(dir, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
    mkdirSync(join(dir, 'node_modules'));
    if (installed)
      writeFileSync(join(dir, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  }

  it.each([
    ['the same packages', { 'node_modules/a': A }, { 'node_modules/a': A }, true],
    ['nothing finished', { 'node_modules/a': A }, undefined, false],
    ['a package missing', { 'node_modules/a': A, 'node_modules/b': B }, { 'node_modules/a': A }, false],
    ['another version', { 'node_modules/a': B }, { 'node_modules/a': A }, false],
    [
      'another content',
      { 'node_modules/a': A },
      { 'node_modules/a': { ...A, integrity: 'sha512-x' } },
      false,
    ],
    [
      "another platform's package missing",
      { 'node_modules/a': A, 'node_modules/b': { ...B, optional: true } },
      { 'node_modules/a': A },
      true,
    ],
  ])('%s', (_, wanted, installed, expected) => {
    lay(wanted, installed);
    expect(packagesAreCurrent(dir)).toBe(expected);
  });
});

it('explains a failed npm ci in a sentence, with what npm said and without the rest', () => {
  const output =
    'npm warn old\nnpm error code ENOTFOUND\nnpm error A complete log of this run can be found in: /x\n';
  expect(explainNpmFailure(output)).toBe('npm ci could not reach the package registry.\n  code ENOTFOUND');
  expect(explainNpmFailure('spawn npm ENOENT')).toBe('npm ci failed.');
});
