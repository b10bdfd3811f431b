import type { FileRef, FileType } from '@app/comfyui';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NodeFailure } from '../nodes/node-failure.js';
import type { EngineFolders } from './engine-folders.js';

/** Where the next picture of a prefix goes. */
export interface OutputName {
  path: string;
  ref: FileRef;
}

/**
 * The next free name for a prefix: `{prefix}_{n}_.png` with n of at least five digits, one above the highest that
 * is there (ComfyUI v0.27.1). The prefix may name subfolders and holds the size and the local time as
 * `%width%`, `%height%`, `%year%`, `%month%`, `%day%`, `%hour%`, `%minute%`, `%second%`.
 *
 * @throws NodeFailure if the prefix leads out of the folder.
 */
export async function nextOutputName(
  folders: EngineFolders,
  type: FileType,
  prefix: string,
  size: { width: number; height: number },
): Promise<OutputName> {
  const filled = fillPlaceholders(prefix, size);
  const folder = folders.resolve(type, dirname(filled));
  if (folder === undefined || folders.resolve(type, filled) === undefined) {
    throw new NodeFailure('Exception', '**** ERROR: Saving image outside the output folder is not allowed.');
  }
  await mkdir(folder, { recursive: true });
  const stem = basename(filled);
  // Not by spreading: a folder may hold more names than a call takes arguments.
  const highest = (await readdir(folder)).reduce((most, name) => Math.max(most, counterOf(name, stem)), 0);
  const filename = `${stem}_${String(highest + 1).padStart(5, '0')}_.png`;
  const subfolder = dirname(filled) === '.' ? '' : dirname(filled).replace(/^\/+/, '');
  return { path: join(folder, filename), ref: { filename, subfolder, type } };
}

function counterOf(name: string, stem: string): number {
  if (!name.startsWith(`${stem}_`)) return 0;
  const digits = name.slice(stem.length + 1).split('_')[0] as string;
  return /^\d+$/.test(digits) ? Number(digits) : 0;
}

function fillPlaceholders(prefix: string, size: { width: number; height: number }): string {
  const now = new Date();
  return prefix
    .replaceAll('%width%', String(size.width))
    .replaceAll('%height%', String(size.height))
    .replaceAll('%year%', String(now.getFullYear()))
    .replaceAll('%month%', two(now.getMonth() + 1))
    .replaceAll('%day%', two(now.getDate()))
    .replaceAll('%hour%', two(now.getHours()))
    .replaceAll('%minute%', two(now.getMinutes()))
    .replaceAll('%second%', two(now.getSeconds()));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
