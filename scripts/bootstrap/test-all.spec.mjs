import { expect, it } from 'vitest';
import { countTests } from './test-all.mjs';

it('counts tests, and a file that broke before its tests as one that failed', () => {
  const testResults = [
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(countTests({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({ passed: 2, failed: 2 });
  expect(countTests(undefined)).toEqual({ passed: 0, failed: 0 });
});
