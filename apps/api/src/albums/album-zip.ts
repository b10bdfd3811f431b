import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { ZipArchive } from 'archiver';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TaskRow } from '../database/schema.js';
import { AlbumTasksStore } from './album-tasks.store.js';
import { Manifest, manifestRowOf } from './manifest.js';
import { ResultNames } from './result-names.js';

const MANIFEST_NAME = 'manifest.csv';
/** Tasks in memory at a time. */
const PAGE = 200;

/** Packs the results of an album while they are sent: one picture after the other, none of them whole in memory. */
@Injectable()
export class AlbumZip {
  constructor(
    private readonly tasks: AlbumTasksStore,
    private readonly artifacts: ArtifactStore,
  ) {}

  /**
   * Writes the zip and ends `target`: the results under the names of their photos, then a list of all photos. What is
   * erased meanwhile is left out. A target that closes early ends it at once, without an error.
   * @param chosen the ids of the tasks that are wanted; without it all are.
   */
  async write(albumId: string, target: Writable, chosen?: ReadonlySet<string>): Promise<void> {
    // PNG is compressed already.
    const archive = new ZipArchive({ store: true });
    const leaving = new AbortController();
    const sending = pipeline(archive, target).catch((error: unknown) => leaving.abort(error));
    try {
      await this.fill(archive, this.rows(albumId, chosen), leaving.signal);
      // Never resolves where the target has gone; `sending` does.
      archive.finalize().catch((error: unknown) => leaving.abort(error));
    } catch (error) {
      if (!leaving.signal.aborted) leaving.abort(error);
      archive.destroy();
    }
    await sending;
    const { aborted, reason } = leaving.signal;
    if (aborted && !isEarlyClose(reason)) throw reason;
  }

  private async *rows(albumId: string, chosen?: ReadonlySet<string>): AsyncIterable<TaskRow> {
    for await (const row of this.tasks.all(albumId, PAGE)) {
      if (chosen === undefined || chosen.has(row.id)) yield row;
    }
  }

  private async fill(archive: ZipArchive, rows: AsyncIterable<TaskRow>, signal: AbortSignal): Promise<void> {
    const names = new ResultNames();
    const manifest = new Manifest();
    for await (const row of rows) {
      signal.throwIfAborted();
      if (row.state === 'succeeded' && row.result !== null) {
        const result = names.next(row.filename);
        if (!(await this.addResult(archive, row, result, signal))) continue;
        manifest.add(manifestRowOf(row, result));
      } else manifest.add(manifestRowOf(row, null));
    }
    await append(archive, manifest.toBuffer(), { name: MANIFEST_NAME, date: new Date() }, signal);
  }

  /** False where the picture is gone. */
  private async addResult(
    archive: ZipArchive,
    row: TaskRow,
    name: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const opened = await this.open((JSON.parse(row.result!) as ArtifactRef).key);
    if (opened === undefined) return false;
    try {
      await append(archive, opened, { name, date: new Date(row.finished_at ?? row.created_at) }, signal);
      return true;
    } finally {
      opened.destroy();
    }
  }

  private async open(key: string): Promise<Readable | undefined> {
    try {
      return (await this.artifacts.open(key)).stream;
    } catch (error) {
      if (error instanceof ArtifactNotFound) return undefined;
      throw error;
    }
  }
}

/** Resolves when the entry is in the archive, which is when its bytes have been taken by whoever reads the archive. */
async function append(
  archive: ZipArchive,
  source: Readable | Buffer,
  entry: { name: string; date: Date },
  signal: AbortSignal,
): Promise<void> {
  const appended = once(archive, 'entry', { signal });
  const broken = Buffer.isBuffer(source) ? new Promise<never>(() => undefined) : failureOf(source);
  archive.append(source, entry);
  await Promise.race([appended, broken]);
}

/** The archive does not look at errors of what is piped into it. */
function failureOf(source: Readable): Promise<never> {
  return new Promise((_resolve, reject) => source.once('error', reject));
}

function isEarlyClose(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
