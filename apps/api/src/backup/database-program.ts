import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programEnv } from '../env.js';
import { BackupError } from './backup.errors.js';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs `pg_dump` or `pg_restore` on a database. The password of its address goes by the environment: everybody on the
 * machine may see the arguments of a program.
 * @throws BackupError with what the program said.
 */
export async function postgresProgram(
  name: 'pg_dump' | 'pg_restore',
  databaseUrl: string,
  args: readonly string[],
): Promise<void> {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  url.password = '';
  const env = programEnv(password === '' ? {} : { PGPASSWORD: password });
  try {
    await run(name, [...args, `--dbname=${url.toString()}`], { env, maxBuffer: MOST_OUTPUT_BYTES });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') {
      throw new BackupError(`${name} is not installed; it comes with the client of PostgreSQL.`, {
        cause: error,
      });
    }
    throw new BackupError(`${name} failed: ${stderr.trim().slice(0, 2000)}`, { cause: error });
  }
}
