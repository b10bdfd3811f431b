import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfNeeded } from './build.mjs';
import { installIfNeeded } from './install.mjs';
import { projectDir } from './project.mjs';
import { provideTestPrograms } from './test-programs.mjs';

/**
 * The long set of fault tests, up to 45 minutes, with these arguments for vitest. SEED repeats a run's choices;
 * FAULT_TASKS, FAULT_WORKER_KILLS, FAULT_BROKER_KILLS and FAULT_API_KILLS change its size, FAULT_ENGINE_TASKS and
 * FAULT_ENGINE_KILLS that of the set `engines`, FAULT_MESSAGES, FAULT_MESSAGE_API_KILLS, FAULT_INTEGRATION_KILLS,
 * FAULT_ENTRIES and FAULT_ENTRY_BROKER_KILLS that of `integration`. Verdicts are printed line by line and written to
 * out/faults/.
 */
export async function testFaults(vitestArgs) {
  await installIfNeeded();
  await provideTestPrograms();
  await buildIfNeeded();
  const vitest = join(projectDir, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--config', 'test/faults/long/vitest.config.ts', ...vitestArgs];
  process.exitCode = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: projectDir, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
