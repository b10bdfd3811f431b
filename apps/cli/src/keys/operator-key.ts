import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';

/** Where the API keeps the key that it has made for its operator. */
const FILE = 'operator.key';

/** The key that is given, or else the one that the system with this data folder made. @throws CliError without any. */
export function operatorKey(given: string | undefined, dataDir: string): string {
  if (given !== undefined) return given;
  const path = join(dataDir, FILE);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is not there' : `cannot be read (${code ?? String(error)})`;
    throw new CliError(`Which key? ${path} ${reason}. Give one with PHOTO_REPAIR_KEY or --key.`);
  }
}
