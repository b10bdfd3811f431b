import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../system/json-file.js';
import { identityOf, processIdentitySchema } from '../system/process-identity.js';
import { findByWorkerName } from './find-by-worker-name.js';

const recordSchema = z.object({
  name: z.string(),
  /** Address without credentials. */
  engine: z.string(),
  /** Where it listens, or is about to. */
  port: z.number().int(),
  /** Null from just before the process is started until its number is known. */
  process: processIdentitySchema.nullable(),
  /** It was asked to stop, or was about to be. */
  askedToStop: z.boolean(),
});

/** A worker process as it is written down for the next supervisor. */
export type WorkerRecord = z.infer<typeof recordSchema>;

/** What a supervisor has started, on disk: its workers outlive it. */
export class WorkerRecords {
  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  save(record: WorkerRecord): void {
    writeJsonFile(this.pathOf(record.name), record);
  }

  remove(name: string): void {
    rmSync(this.pathOf(name), { force: true });
  }

  /** Those that a supervisor before this one has left, with their processes where they live on. */
  all(): WorkerRecord[] {
    const files = readdirSync(this.dir).filter((file) => file.endsWith('.json'));
    return files.flatMap((file) => {
      const record = readJsonFile(join(this.dir, file), recordSchema);
      return record === undefined ? [] : [{ ...record, process: record.process ?? lost(record.name) }];
    });
  }

  private pathOf(name: string): string {
    return join(this.dir, `${name}.json`);
  }
}

/** The supervisor was killed in the moment between starting a process and writing its number down. */
function lost(name: string): WorkerRecord['process'] {
  const pid = findByWorkerName(name);
  return (pid === undefined ? undefined : identityOf(pid)) ?? null;
}
