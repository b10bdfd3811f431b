import { createHash, randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { ArtifactStoreUnavailable, errnoOf } from './artifact-store.errors.js';
import type { StoredArtifact } from './artifact-store.js';
import type { LocalFiles } from './local-files.js';

/** The folder of half-written files: inside the root, because a rename works within one file system only. */
export const PART_FOLDER = '.parts';

/** What file systems without links say (link(2)): SMB and exFAT, for example. There we look first. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** How a file gets to its place. */
export interface Placing {
  files: LocalFiles;
  root: string;
  /** Folders that are known to be on disk; only the last one changes with a new file. */
  flushed: Set<string>;
  /** False for what can be made again: it may be gone after a power cut, but is never half there. */
  durable: boolean;
}

/**
 * Writes a source to `path` so that the path shows all of it or nothing, also after a power cut: into a part file,
 * flushed, renamed, and the folder flushed.
 */
export async function writeAtomically(
  placing: Placing,
  path: string,
  source: Readable,
): Promise<StoredArtifact> {
  const { files, root, durable } = placing;
  const part = join(root, PART_FOLDER, randomUUID());
  try {
    await ours(files.mkdir(join(root, PART_FOLDER), { recursive: true }));
    const file = await ours(files.open(part, 'wx'));
    let stored: StoredArtifact;
    try {
      stored = await writeAll(file, source);
      if (durable) await ours(file.sync());
    } finally {
      await file.close();
    }
    await place(placing, part, path);
    return stored;
  } catch (error) {
    await removePart(files, part);
    throw error;
  }
}

/**
 * Like `writeAtomically`, only where nothing is there: a link to the written part fails where its name is taken
 * (link(2)), and no two of them get it. @returns whether it was placed.
 */
export async function linkAtomically(placing: Placing, path: string, data: Buffer): Promise<boolean> {
  const { files, root } = placing;
  const part = join(root, PART_FOLDER, randomUUID());
  try {
    await ours(files.mkdir(join(root, PART_FOLDER), { recursive: true }));
    const file = await ours(files.open(part, 'wx'));
    try {
      await ours(file.writeFile(data));
      await ours(file.sync());
    } finally {
      await file.close();
    }
    await ours(files.mkdir(dirname(path), { recursive: true }));
    const isOurs = await ours(linkIfAbsent(files, part, path));
    if (isOurs) await flushFolders(placing, path);
    return isOurs;
  } finally {
    await removePart(files, part);
  }
}

async function linkIfAbsent(files: LocalFiles, part: string, path: string): Promise<boolean> {
  try {
    await files.link(part, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(errnoOf(error))) throw error;
    const isThere = await files.stat(path).then(
      () => true,
      (absent: unknown) => errnoOf(absent) !== 'ENOENT',
    );
    if (!isThere) await files.rename(part, path);
    return !isThere;
  }
}

/** Renames a flushed file to its place, durably unless said otherwise. */
export async function place(placing: Placing, from: string, path: string): Promise<void> {
  const { files, durable } = placing;
  await ours(files.mkdir(dirname(path), { recursive: true }));
  await ours(files.rename(from, path));
  if (durable) await flushFolders(placing, path);
}

async function flushFolders({ files, root, flushed }: Placing, path: string): Promise<void> {
  const folders = foldersBetween(root, dirname(path));
  // Another process may just have made one of them; once on disk they stay there.
  const upper = folders.slice(0, -1).filter((folder) => !flushed.has(folder));
  for (const folder of [...upper, ...folders.slice(-1)]) await ours(syncFolder(files, folder));
  for (const folder of upper) flushed.add(folder);
}

async function writeAll(file: FileHandle, source: Readable): Promise<StoredArtifact> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    await ours(file.writeFile(chunk));
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** A part that cannot be removed is left to the sweep; the error that led here matters more. */
async function removePart(files: LocalFiles, part: string): Promise<void> {
  await files.unlink(part).catch(() => undefined);
}

/** Makes an entry in a folder durable: without it, a crash may forget the rename (fsync(2)). */
export async function syncFolder(files: LocalFiles, folder: string): Promise<void> {
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** From an upper folder down to a lower one, both included. */
function foldersBetween(upper: string, lower: string): string[] {
  const names = relative(upper, lower).split(sep).filter(Boolean);
  return [upper, ...names.map((_, index) => join(upper, ...names.slice(0, index + 1)))];
}

/** Marks a failure as the store's own, apart from errors of the source. */
export async function ours<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw new ArtifactStoreUnavailable(error);
  }
}
