import { projectDir } from '@app/runtime';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { CliError } from '../cli-error.js';
import { childEnv, readEnv } from '../env.js';
import { findRunningSystem } from '../system/running-system.js';

/** `photo-repair backup`: a running system may stay running. */
export async function backup(folder: string): Promise<void> {
  await program('backup', folder);
}

/** `photo-repair restore`: into an installation that does not run and has no database. */
export async function restore(folder: string): Promise<void> {
  if (findRunningSystem(readEnv().dataDir)) throw new CliError('A system runs here. Stop it first.');
  await program('restore', folder);
}

/** The API's own program does it: it knows the database. Its words are printed as they come. */
async function program(what: 'backup' | 'restore', folder: string): Promise<void> {
  const { dataDir, workflowsDir } = readEnv();
  const script = join(projectDir, 'dist/apps/api/src/backup/main.js');
  const child = spawn(process.execPath, [script, what, resolve(folder)], {
    env: childEnv({ DATA_DIR: dataDir, WORKFLOWS_DIR: workflowsDir }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
