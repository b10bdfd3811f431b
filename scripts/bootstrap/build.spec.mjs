import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explainBuildFailure, fingerprint } from './build.mjs';

describe('fingerprint', () => {
  let dir;
  const write = (name, text) => {
    const path = join(dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'build-'));
    write('package-lock.json', '{}');
    write('apps/api/src/main.ts', 'one');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it('changes with sources, new files and the lock file', () => {
    const seen = new Set([fingerprint(dir)]);
    write('apps/api/src/main.ts', 'two');
    seen.add(fingerprint(dir));
    write('libs/x/src/index.ts', '');
    seen.add(fingerprint(dir));
    write('package-lock.json', '{"a":1}');
    seen.add(fingerprint(dir));
    expect(seen.size).toBe(4);
  });

  it('does not change with tests, or with times alone', () => {
    const before = fingerprint(dir);
    write('apps/api/src/main.spec.ts', 'a test');
    utimesSync(join(dir, 'apps/api/src/main.ts'), new Date(0), new Date(0));
    expect(fingerprint(dir)).toBe(before);
  });
});

it('shows the errors of a failed build without colours', () => {
  expect(explainBuildFailure('Hello\n\u001B[91ma.ts:1 - error TS1: no\u001B[0m\nFound 1 error(s).')).toBe(
    '  a.ts:1 - error TS1: no\n  Found 1 error(s).',
  );
  expect(explainBuildFailure('out of memory')).toBe('  out of memory');
});
