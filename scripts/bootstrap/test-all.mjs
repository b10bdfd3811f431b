import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { checkAll } from './check-all.mjs';
import { explainNpmFailure, installIfNeeded } from './install.mjs';
import { projectDir, say } from './project.mjs';
import { provideTestPrograms } from './test-programs.mjs';
import { npmCommand, runQuietly } from './run-quietly.mjs';

const reportDir = join(projectDir, '.photo-repair');

/**
 * The runs of vitest, by name. Most of what integration tests do is waiting, which leaves room for a browser, and when the
 * browser is done for the fault tests: two halves, each with a broker of its own to kill.
 */
const RUNS = {
  'unit-integration': { args: ['--project=unit', '--project=integration'] },
  e2e: { args: ['--project=e2e'] },
  'faults-1': { args: ['--project=faults', '--shard=1/2'], after: 'e2e' },
  'faults-2': { args: ['--project=faults', '--shard=2/2'], after: 'e2e' },
};

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
  const results = vitestArgs.length > 0 ? [await runVitest('some', vitestArgs)] : await runAll();
  const passed = results.reduce((sum, each) => sum + each.passed, 0);
  const failed = results.reduce((sum, each) => sum + each.failed, 0);
  // Said again at the end, where a reader of a long output looks first.
  for (const failure of results.flatMap(({ failures }) => failures)) process.stdout.write(`${failure}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** The results of all runs, in the order of `RUNS`. */
function runAll() {
  const begun = {};
  for (const [name, { args, after }] of Object.entries(RUNS)) {
    const before = after === undefined ? Promise.resolve() : begun[after];
    begun[name] = before.then(() => runVitest(name, args));
  }
  return Promise.all(Object.values(begun));
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

/** One run of vitest; its report (`test-report.mjs`) is `.photo-repair/test-report.<name>.json`. */
function runVitest(name, args) {
  const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
  const reportFile = join(reportDir, `test-report.${name}.json`);
  rmSync(reportFile, { force: true });
  const reporters = ['--reporter=default', '--reporter=./scripts/bootstrap/test-report.mjs'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: projectDir,
      stdio: 'inherit',
      env: { ...process.env, PHOTO_REPAIR_TEST_REPORT: reportFile },
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const report = existsSync(reportFile)
        ? JSON.parse(readFileSync(reportFile, 'utf8'))
        : { passed: 0, failed: 0, failures: [] };
      // No test at all, or a death before the report, ends vitest with a code and nothing that failed.
      const isOutside = code !== 0 && report.failed === 0;
      const failures = [`FAILED  ${name}: vitest ended with ${code}, and no test did`];
      resolve(isOutside ? { ...report, failed: 1, failures } : report);
    });
  });
}
