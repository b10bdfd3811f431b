import { renameSync, rmSync } from 'node:fs';
import type { z } from 'zod';
import { linked, readJsonFile, writeJsonFile } from './json-file.js';
import { identityOf, isStillRunning, type ProcessIdentity } from './process-identity.js';

/** What stands in a lock of this kind. */
export interface LockKind<T extends z.ZodType> {
  schema: T;
  holderOf: (record: z.output<T>) => ProcessIdentity;
  /** What whoever comes second is told. */
  taken: (record: z.output<T>) => Error;
}

/** This process, as its locks name it. */
export function ownIdentity(): ProcessIdentity {
  const self = identityOf(process.pid);
  if (!self) throw new Error('This process cannot find itself.');
  return self;
}

/**
 * Makes the file `path`, with `record` in it, for this process alone. One that a killed process has left is taken over, also
 * when its number lives on in another program. Remove the file to release it.
 * @throws what `taken` gives where its process lives.
 */
export function takeLock<T extends z.ZodType>(path: string, record: z.output<T>, kind: LockKind<T>): void {
  // The file appears with its content, so that nobody finds it empty and takes it for a broken one.
  const offer = `${path}.offer-${process.pid}`;
  writeJsonFile(offer, record);
  try {
    while (!linked(offer, path)) {
      const held = liveRecord(path, kind);
      if (held) throw kind.taken(held);
      removeStale(path, kind);
    }
  } finally {
    rmSync(offer, { force: true });
  }
}

/** Moves the stale lock away before judging it again: between our look and now another process may have taken it. */
function removeStale<T extends z.ZodType>(path: string, kind: LockKind<T>): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (liveRecord(aside, kind)) linked(aside, path);
  rmSync(aside, { force: true });
}

/** Undefined where there is none, or its process has ended. */
function liveRecord<T extends z.ZodType>(
  path: string,
  { schema, holderOf }: LockKind<T>,
): z.output<T> | undefined {
  const record = readJsonFile(path, schema);
  return record !== undefined && isStillRunning(holderOf(record)) ? record : undefined;
}
