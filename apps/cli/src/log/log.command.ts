import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { complain, say } from '../terminal.js';
import { photoLog, toLine } from './photo-log.js';

/** How, and from where. */
export interface LogFlags {
  /** Where the programs' logs lie; of the system that `up` runs here unless told. */
  dir?: string;
  /** The lines as they are in the files. */
  json: boolean;
}

/** `photo-repair log <id>`: what all programs wrote about one photo. Ends with code 1 where that is nothing. */
export function showLog(id: string, { dir, json }: LogFlags): void {
  const entries = photoLog(readLogs(dir ?? join(readEnv().dataDir, 'logs')), id);
  for (const entry of entries) say(json ? entry.text : toLine(entry));
  if (entries.length > 0) return;
  complain(`No log names ${JSON.stringify(id)}.`);
  process.exitCode = 1;
}

/** Every file that is or was a log; older ones first. */
function readLogs(folder: string): string[] {
  const files = listFolder(folder).filter((name) => /\.log(\.\d+)?$/.test(name));
  if (files.length === 0) throw new CliError(`There are no logs in ${folder}.`);
  return files
    .toSorted()
    .toReversed()
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
