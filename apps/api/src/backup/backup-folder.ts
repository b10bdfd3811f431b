import { artifactRefSchema } from '@app/contracts';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { BackupError } from './backup.errors.js';

const fileSchema = z.object({
  name: z.enum(['database.sqlite', 'database.pgdump', 'artifacts.jsonl']),
  bytes: z.number().int().nonnegative(),
  sha256: artifactRefSchema.shape.sha256,
});
/** A file of a backup that is no picture. */
export type BackupFile = z.infer<typeof fileSchema>;

/** What a whole backup says of itself: `backup.json`, which is written last. */
export const backupNoteSchema = z.object({
  version: z.literal(1),
  /** Of photo-repair. */
  product: z.string(),
  /** When the database was copied; everything is as it was at that moment. */
  madeAt: z.iso.datetime(),
  /** Names of the migrations that the database has seen. */
  migrations: z.array(z.string()),
  database: fileSchema,
  /** The list of artifacts, a line for each. */
  list: fileSchema,
  artifacts: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  /** Tasks by their states. */
  tasks: z.record(z.string(), z.number()),
  /** Keys of artifacts that the database names and that the store did not have, or not as they were stored. */
  missing: z.array(z.string()),
});
/** See `backupNoteSchema`. */
export type BackupNote = z.infer<typeof backupNoteSchema>;

/** One artifact of a backup. */
export const backedUpSchema = artifactRefSchema.pick({
  key: true,
  mediaType: true,
  bytes: true,
  sha256: true,
});
/** See `backedUpSchema`. */
export type BackedUp = z.infer<typeof backedUpSchema>;

export const NOTE = 'backup.json';
/** A backup that is not whole yet has this behind its name. */
export const UNFINISHED = '.unfinished';

/** @throws BackupError where there is no whole backup, or one that this version cannot read. */
export async function readNote(folder: string): Promise<BackupNote> {
  const text = await readFile(join(folder, NOTE), 'utf8').catch((error: unknown) => {
    throw new BackupError(`${folder} is no whole backup: it has no ${NOTE}.`, { cause: error });
  });
  try {
    return backupNoteSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupError(`${join(folder, NOTE)} cannot be understood by this version of photo-repair.`, {
      cause: error,
    });
  }
}

/** @throws BackupError for a file that is not as it was written. */
export async function checkFile(folder: string, file: BackupFile): Promise<void> {
  const found = await describeFile(folder, file.name).catch(() => undefined);
  if (found?.sha256 === file.sha256 && found.bytes === file.bytes) return;
  throw new BackupError(`The backup is damaged: ${file.name} is not as it was written.`);
}

/** What a file of the folder is, by its bytes; they are on the disk when this resolves. */
export async function describeFile(folder: string, name: BackupFile['name']): Promise<BackupFile> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const { size: bytes } = await stat(path);
  await flush(path);
  return { name, bytes, sha256: hash.digest('hex') };
}

/** The artifacts of a backup. @throws BackupError for a line that says nothing sensible. */
export async function* listed(folder: string): AsyncGenerator<BackedUp> {
  const lines = createInterface({ input: createReadStream(join(folder, 'artifacts.jsonl')) });
  for await (const line of lines) yield backedUpSchema.parse(JSON.parse(line));
}

/** What was written into a file or a folder is on the disk when this resolves. */
export async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
