import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { projectDir } from './project.mjs';

const LONGEST_REASON = 300;

/**
 * What a run of vitest came to, as it is said at the end of `npm test`. Vitest's own JSON report says of a hook that failed
 * that its file did, and not why.
 *
 * @param modules the `TestModule`s of vitest's `onTestRunEnd`, and the errors outside of all of them.
 * @returns {{ passed: number, failed: number, failures: string[] }} a line for each failure: file, test, and what was wrong.
 */
export function reportOf(modules, unhandledErrors) {
  const failures = unhandledErrors.map((error) => line('outside of any test', error));
  let passed = 0;
  for (const module of modules) {
    const where = relative(projectDir, module.moduleId);
    for (const suite of [module, ...module.children.allSuites()]) {
      const name = suite === module ? where : `${where} > ${suite.fullName}`;
      for (const error of suite.errors()) failures.push(line(`${name} (outside of its tests)`, error));
    }
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failures.push(line(`${where} > ${test.fullName}`, errors[0]));
    }
  }
  return { passed, failed: failures.length, failures };
}

function line(where, error) {
  const reason = [error?.name, error?.message].filter(Boolean).join(': ').split('\n', 1)[0];
  return `FAILED  ${where}: ${reason.slice(0, LONGEST_REASON)}`;
}

/** The reporter: writes the report to the file that `PHOTO_REPAIR_TEST_REPORT` names. */
export default class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.PHOTO_REPAIR_TEST_REPORT;
    if (file) writeFileSync(file, JSON.stringify(reportOf(modules, unhandledErrors)));
  }
}
