import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectDir } from './project.mjs';
import { countTests, listFailures } from './test-all.mjs';

it('counts tests, and a file that broke before its tests as one that failed', () => {
  const testResults = [
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(countTests({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({ passed: 2, failed: 2 });
  expect(countTests(undefined)).toEqual({ passed: 0, failed: 0 });
});

it('says in a line which tests failed, and why', () => {
  const failed = {
    status: 'failed',
    fullName: 'line holds',
    failureMessages: ['Error: 1 is not 2\n    at x'],
  };
  const testResults = [
    {
      name: join(projectDir, 'a.spec.ts'),
      status: 'failed',
      assertionResults: [failed, { status: 'passed' }],
    },
    {
      name: join(projectDir, 'b.spec.ts'),
      status: 'failed',
      message: 'no such module',
      assertionResults: [],
    },
    { name: join(projectDir, 'c.spec.ts'), status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(listFailures({ testResults })).toEqual([
    'FAILED  a.spec.ts > line holds: Error: 1 is not 2',
    'FAILED  b.spec.ts: no such module',
  ]);
  expect(listFailures(undefined)).toEqual([]);
});
