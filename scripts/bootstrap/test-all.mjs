import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { checkAll } from './check-all.mjs';
import { explainNpmFailure, installIfNeeded } from './install.mjs';
import { projectDir, say } from './project.mjs';
import { provideTestPrograms } from './test-programs.mjs';
import { npmCommand, runQuietly } from './run-quietly.mjs';

const reportDir = join(projectDir, '.photo-repair');

/**
 * Tiers that run at the same time, in the order in which they begin. Most of what integration tests do is waiting, which leaves
 * room for a browser; fault tests have limits of time, and the machine to themselves.
 */
const TIERS = [[['unit', 'integration'], ['e2e']], [['faults']]];

/**
 * Everything from a bare clone to the verdict. With arguments (which go to vitest, for example a file or
 * `--project unit`) the checks are left out and only what they select runs.
 */
export async function testAll(vitestArgs) {
  await installIfNeeded();
  if (vitestArgs.length === 0) {
    await refuseDishonestLockfile();
    await provideTestPrograms();
    await checkAll();
  }
  await buildIfNeeded();
  mkdirSync(reportDir, { recursive: true });
  const results = [];
  if (vitestArgs.length > 0) results.push(await runVitest('some', vitestArgs));
  else {
    for (const sideBySide of TIERS) {
      const runs = sideBySide.map((tiers) =>
        runVitest(
          tiers.join('-'),
          tiers.map((tier) => `--project=${tier}`),
        ),
      );
      results.push(...(await Promise.all(runs)));
    }
  }
  const passed = results.reduce((sum, each) => sum + each.passed, 0);
  const failed = results.reduce((sum, each) => sum + each.failed, 0);
  // Said again at the end, where a reader of a long output looks first.
  for (const failure of results.flatMap(({ failures }) => failures)) process.stdout.write(`${failure}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** `npm ci` refuses a lock file that lacks packages for other platforms; better here than on somebody's machine. */
async function refuseDishonestLockfile() {
  const npm = npmCommand();
  const { code, output, seconds } = await runQuietly('npm ci --dry-run', npm.command, [
    ...npm.args,
    'ci',
    '--dry-run',
  ]);
  if (code !== 0) throw new Error(explainNpmFailure(output));
  say(`ok      lock file (npm ci --dry-run)  ${seconds.toFixed(1)} s`);
}

/** One run of vitest; its report is `.photo-repair/test-report.<name>.json`. */
function runVitest(name, args) {
  const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
  const reportFile = join(reportDir, `test-report.${name}.json`);
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: projectDir,
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
      const { passed, failed } = countTests(report);
      // An error outside of any test, or no test at all, ends vitest with a code and no failed test.
      const isOutside = code !== 0 && failed === 0;
      const failures = isOutside
        ? [`FAILED  ${name}: vitest ended with ${code}, and no test did`]
        : listFailures(report);
      resolve({ passed, failed: isOutside ? 1 : failed, failures });
    });
  });
}

/** Counts tests of vitest's JSON report; a file that failed before its tests could run counts as one failed test. */
export function countTests(report) {
  if (report === undefined) return { passed: 0, failed: 0 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}

/** A line for each failed test of vitest's JSON report: its file, its name, and the first line of what was wrong. */
export function listFailures(report) {
  return (report?.testResults ?? []).flatMap((file) => {
    const where = relative(projectDir, file.name);
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [describe(where, file.message)];
    return failed.map((test) => describe(`${where} > ${test.fullName}`, test.failureMessages.join('\n')));
  });
}

function describe(where, message) {
  return `FAILED  ${where}: ${String(message ?? '')
    .split('\n', 1)[0]
    .slice(0, 300)}`;
}
