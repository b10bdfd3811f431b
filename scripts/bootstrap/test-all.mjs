import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { checkAll } from './check-all.mjs';
import { explainNpmFailure, installIfNeeded } from './install.mjs';
import { projectDir, say } from './project.mjs';
import { provideTestPrograms } from './test-programs.mjs';
import { npmCommand, runQuietly } from './run-quietly.mjs';

const reportFile = join(projectDir, '.photo-repair/test-report.json');

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
  mkdirSync(join(projectDir, '.photo-repair'), { recursive: true });
  rmSync(reportFile, { force: true });
  const code = await runVitest(vitestArgs);
  const { passed, failed } = countTests(
    existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined,
  );
  // An error outside of any test, or no test at all, ends vitest with a code and no failed test.
  process.stdout.write(`${passed} passed, ${code !== 0 && failed === 0 ? 1 : failed} failed\n`);
  process.exitCode = code === 0 && failed === 0 ? 0 : 1;
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

function runVitest(args) {
  const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: projectDir,
      stdio: 'inherit',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
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
