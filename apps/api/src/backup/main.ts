import { failStart } from '@app/runtime';
import { readEnv } from '../env.js';
import type { BackupNote } from './backup-folder.js';
import { BackupError } from './backup.errors.js';
import { makeBackup } from './make-backup.js';
import { restoreBackup } from './restore-backup.js';

/** `backup FOLDER` and `restore FOLDER`, with the settings of the API; the command line starts it. */
const [, , what, folder] = process.argv;

try {
  if (folder === undefined) throw new BackupError('Name the folder of the backup.');
  const env = readEnv();
  if (what === 'backup') told('The backup is whole', folder, await makeBackup(env, folder, say));
  else if (what === 'restore') told('The backup is restored', folder, await restoreBackup(env, folder));
  else throw new BackupError('Say backup or restore.');
} catch (error) {
  failStart(error);
}

function told(words: string, place: string, note: BackupNote): void {
  const megabytes = Math.ceil(note.bytes / 1024 / 1024);
  const tasks = Object.entries(note.tasks)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
  say(`${words}: ${place}, as of ${note.madeAt}.`);
  say(`Photos: ${tasks || 'none'}; ${note.artifacts} pictures, ${megabytes} MB.`);
  if (note.missing.length === 0) return;
  process.stderr.write(
    `The store did not have, or not as they were stored:\n${note.missing.map((key) => `  ${key}\n`).join('')}`,
  );
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
