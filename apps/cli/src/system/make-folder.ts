import { mkdirSync } from 'node:fs';
import { CliError } from '../cli-error.js';

const REASONS: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it lies on a read-only disk',
  ENOSPC: 'the disk is full',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'it lies where nothing can be made',
};

/** Makes a folder and those above it. @throws CliError with the reason in plain words. */
export function makeFolder(path: string, name = 'The folder'): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new CliError(`${name} ${path} cannot be made: ${REASONS[code] ?? code}.`);
  }
}
