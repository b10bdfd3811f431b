import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { projectDir } from './project.mjs';

/** Vitest's report on one file with this text. */
function reportOn(text) {
  const parent = join(projectDir, '.photo-repair');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};');
  writeFileSync(join(folder, 'sample.spec.mjs'), text);
  const reportFile = join(folder, 'report.json');
  const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
  const reporter = join(projectDir, 'scripts/bootstrap/test-report.mjs');
  const args = [vitest, 'run', '--root', folder, `--reporter=${reporter}`];
  const env = { ...process.env, PHOTO_REPAIR_TEST_REPORT: reportFile };
  const { status } = spawnSync(process.execPath, args, { cwd: folder, env });
  const { passed, failed, failures } = JSON.parse(readFileSync(reportFile, 'utf8'));
  return {
    status,
    passed,
    failed,
    failures: failures.flatMap((failure) =>
      failure.replaceAll(/\.photo-repair\/report-\w+\//g, '').split('\n'),
    ),
  };
}

it('says what failed, why and where: a test, a hook, what no test waited for', () => {
  const report = reportOn(`
    import { afterAll, beforeAll, describe, expect, it } from 'vitest';
    describe('a', () => {
      it('holds', () => expect({ a: [1] }).toEqual({ a: [2] }));
      it('passes', () => undefined);
      it.skip('is left out', () => undefined);
    });
    describe('b', () => {
      beforeAll(() => Promise.reject(new TypeError('no database\\nsecond line')));
      it('is never run', () => undefined);
    });
    describe('c', () => {
      afterAll(() => new Promise(() => undefined), 50);
      it('passes', () => void Promise.reject(new Error('nobody waits')));
    });
  `);
  expect(report).toMatchObject({ status: 1, passed: 2, failed: 4 });
  expect(report.failures).toEqual([
    'FAILED  outside of any test: Error: nobody waits',
    'FAILED  sample.spec.mjs > b (outside of its tests): TypeError: no database',
    '        at sample.spec.mjs:9',
    '        second line',
    'FAILED  sample.spec.mjs > c (outside of its tests): Error: Hook timed out in 50ms.',
    '        at sample.spec.mjs:13',
    expect.stringContaining('hookTimeout'),
    'FAILED  sample.spec.mjs > a > holds: AssertionError: expected { a: [ 1 ] } to deeply equal { a: [ 2 ] }',
    '        at sample.spec.mjs:4',
    '        - Expected',
    '        + Received',
    '          {',
    '            "a": [',
    '        -     2,',
    '        +     1,',
    '            ],',
    '          }',
  ]);
});

it('names a file that cannot be loaded', () => {
  const report = reportOn(`throw new Error('no such module');`);
  expect(report).toMatchObject({ status: 1, passed: 0, failed: 1 });
  expect(report.failures).toEqual([
    'FAILED  sample.spec.mjs (outside of its tests): Error: no such module',
    '        at sample.spec.mjs:1',
  ]);
});
