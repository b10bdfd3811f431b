import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { projectDir } from './project.mjs';

const LONGEST_LINE = 300;
/** What follows the first line of a reason: a browser's call log, the difference between what was and what should be. */
const MOST_LINES = 12;

/**
 * What a run of vitest came to, as it is said at the end of `npm test`. Vitest's own JSON report says of a hook that failed
 * that its file did, and not why.
 *
 * @param modules the `TestModule`s of vitest's `onTestRunEnd`, and the errors outside of all of them.
 * @returns {{ passed: number, failed: number, failures: string[] }} for each failure a line with file,
 * test and what was wrong, then where that was noticed and more of its words, indented.
 */
export function reportOf(modules, unhandledErrors) {
  const failures = unhandledErrors.map((error) => tell('outside of any test', error));
  let passed = 0;
  for (const module of modules) {
    const where = relative(projectDir, module.moduleId);
    for (const suite of [module, ...module.children.allSuites()]) {
      const name = suite === module ? where : `${where} > ${suite.fullName}`;
      for (const error of suite.errors()) failures.push(tell(`${name} (outside of its tests)`, error));
    }
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === 'passed') passed += 1;
      if (state === 'failed') failures.push(tell(`${where} > ${test.fullName}`, errors[0]));
    }
  }
  return { passed, failed: failures.length, failures };
}

function tell(where, error) {
  const words = [error?.name, error?.message].filter(Boolean).join(': ');
  const [reason, ...more] = stripVTControlCharacters(`${words}\n${error?.diff ?? ''}`)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const noticed = error?.stacks?.[0];
  if (noticed) more.unshift(`at ${relative(projectDir, noticed.file)}:${noticed.line}`);
  return [`FAILED  ${where}: ${reason ?? ''}`, ...more.slice(0, MOST_LINES).map((line) => `        ${line}`)]
    .map((line) => line.slice(0, LONGEST_LINE))
    .join('\n');
}

/** The reporter: writes the report to the file that `PHOTO_REPAIR_TEST_REPORT` names. */
export default class TestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.PHOTO_REPAIR_TEST_REPORT;
    if (file) writeFileSync(file, JSON.stringify(reportOf(modules, unhandledErrors)));
  }
}
