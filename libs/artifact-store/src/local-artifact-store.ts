import { createReadStream, type Dirent } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { checkKey, checkPrefix } from './artifact-key.js';
import { ArtifactNotFound, ArtifactStoreUnavailable, errnoOf } from './artifact-store.errors.js';
import { ArtifactStore, type PutOptions, type StoredArtifact } from './artifact-store.js';
import {
  linkAtomically,
  ours,
  PART_FOLDER,
  place,
  syncFolder,
  writeAtomically,
  type Placing,
} from './atomic-write.js';
import { nodeFiles, type LocalFiles } from './local-files.js';

/** A part file that nobody has written to for an hour belongs to a process that died. */
const STALE_PART_MS = 60 * 60 * 1000;

/** What the system says where nothing lies under a key, or a folder of other keys. */
const ABSENT = ['ENOENT', 'ENOTDIR'];

/** Four times Node's own: each piece costs a turn of the event loop, which sending a large album has many of. */
const READ_AT_ONCE_BYTES = 256 * 1024;

/** A folder may hold a million files; so many names are in memory at a time. */
const LISTED_AT_ONCE = 512;

/**
 * Keeps artifacts as files under one folder, which several processes of one machine may share (or of several
 * machines, over a file system whose rename is atomic). Files are named by their keys, with the process's own
 * permissions; media types are not kept.
 */
export class LocalArtifactStore extends ArtifactStore {
  private readonly root: string;
  private readonly flushed = new Set<string>();

  constructor(
    root: string,
    private readonly files: LocalFiles = nodeFiles,
  ) {
    super();
    this.root = resolve(root);
  }

  /**
   * Call once at start: creates the folder, so that a wrong path is known before the first photo, and removes what
   * crashed writers left there more than an hour ago. Returns how many. Throws `ArtifactStoreUnavailable`.
   */
  async prepare(): Promise<{ removedParts: number }> {
    const folder = join(this.root, PART_FOLDER);
    await ours(this.files.mkdir(folder, { recursive: true }));
    let removedParts = 0;
    for (const name of await ours(this.files.readdir(folder))) {
      if (await ours(this.removeIfStale(join(folder, name)))) removedParts += 1;
    }
    return { removedParts };
  }

  async put(
    key: string,
    source: Readable | Buffer,
    _mediaType: string,
    { durable = true }: PutOptions = {},
  ): Promise<StoredArtifact> {
    const stream = Buffer.isBuffer(source) ? Readable.from([source]) : source;
    // An upload may break before its first byte is asked for. Without a listener that would end the process; the
    // error itself is seen when the stream is read.
    stream.on('error', () => undefined);
    try {
      return await writeAtomically(this.placing(durable), this.pathOf(key), stream);
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  async putIfAbsent(key: string, note: Buffer): Promise<boolean> {
    return await linkAtomically(this.placing(true), this.pathOf(key), note);
  }

  async putFile(
    key: string,
    path: string,
    mediaType: string,
    options: PutOptions = {},
  ): Promise<StoredArtifact> {
    checkKey(key);
    return await this.put(key, createReadStream(path, { highWaterMark: 1024 * 1024 }), mediaType, options);
  }

  async moveFile(key: string, path: string, mediaType: string): Promise<void> {
    const target = this.pathOf(key);
    await ours(this.flushFile(path));
    try {
      await place(this.placing(true), path, target);
      return;
    } catch (error) {
      if (errnoOf((error as ArtifactStoreUnavailable).cause) !== 'EXDEV') throw error;
    }
    // A rename works within one file system only.
    await this.putFile(key, path, mediaType);
    await ours(this.files.unlink(path));
  }

  async open(key: string): Promise<{ stream: Readable; bytes: number }> {
    const file = await this.openFile(key);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new ArtifactNotFound(key);
      return { stream: file.createReadStream({ highWaterMark: READ_AT_ONCE_BYTES }), bytes: found.size };
    } catch (error) {
      await file.close();
      throw error instanceof ArtifactNotFound ? error : new ArtifactStoreUnavailable(error);
    }
  }

  async read(key: string): Promise<Buffer> {
    const file = await this.openFile(key);
    try {
      return await file.readFile();
    } catch (error) {
      throw errnoOf(error) === 'EISDIR' ? new ArtifactNotFound(key) : new ArtifactStoreUnavailable(error);
    } finally {
      await file.close();
    }
  }

  async exists(key: string): Promise<boolean> {
    const path = this.pathOf(key);
    try {
      return (await this.files.stat(path)).isFile();
    } catch (error) {
      return this.absentOrThrow(error);
    }
  }

  async delete(key: string): Promise<void> {
    const path = this.pathOf(key);
    try {
      await this.files.unlink(path);
      await syncFolder(this.files, dirname(path));
    } catch (error) {
      this.absentOrThrow(error);
    }
  }

  async deleteAll(keys: Iterable<string>): Promise<number> {
    const paths = [...keys].map((key) => this.pathOf(key));
    const removals = await Promise.allSettled(paths.map((path) => this.remove(path)));
    const removed = paths.filter((_, index) => isTrue(removals[index]!));
    for (const folder of new Set(removed.map((path) => dirname(path)))) {
      await this.flushFolder(folder);
    }
    const failure = removals.find((removal) => removal.status === 'rejected');
    if (failure) throw failure.reason;
    return removed.length;
  }

  async *list(prefix: string): AsyncIterable<string> {
    checkPrefix(prefix);
    const cut = prefix.lastIndexOf('/') + 1;
    const [folder, beginning] = [prefix.slice(0, cut), prefix.slice(cut)];
    for await (const entry of this.entriesOf(join(this.root, folder))) {
      if (entry.isFile() && entry.name.startsWith(beginning)) yield `${folder}${entry.name}`;
    }
  }

  async *listBefore(prefix: string, writtenBefore: number): AsyncIterable<string> {
    for await (const key of this.list(prefix)) {
      if (await this.wasWrittenBefore(this.pathOf(key), writtenBefore)) yield key;
    }
  }

  private async wasWrittenBefore(path: string, moment: number): Promise<boolean> {
    try {
      return (await this.files.stat(path)).mtimeMs < moment;
    } catch (error) {
      return this.absentOrThrow(error);
    }
  }

  private async *entriesOf(path: string): AsyncIterable<Dirent> {
    try {
      yield* await this.files.opendir(path, { bufferSize: LISTED_AT_ONCE });
    } catch (error) {
      this.absentOrThrow(error);
    }
  }

  /** @returns whether it was there. */
  private async remove(path: string): Promise<boolean> {
    try {
      await this.files.unlink(path);
      return true;
    } catch (error) {
      return this.absentOrThrow(error);
    }
  }

  private async flushFile(path: string): Promise<void> {
    const file = await this.files.open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  private async flushFolder(folder: string): Promise<void> {
    try {
      await syncFolder(this.files, folder);
    } catch (error) {
      this.absentOrThrow(error);
    }
  }

  private placing(durable: boolean): Placing {
    return { files: this.files, root: this.root, flushed: this.flushed, durable };
  }

  private pathOf(key: string): string {
    checkKey(key);
    return join(this.root, key);
  }

  private async openFile(key: string): Promise<FileHandle> {
    const path = this.pathOf(key);
    try {
      return await this.files.open(path, 'r');
    } catch (error) {
      if (ABSENT.includes(errnoOf(error))) throw new ArtifactNotFound(key);
      throw new ArtifactStoreUnavailable(error);
    }
  }

  private absentOrThrow(error: unknown): false {
    if (ABSENT.includes(errnoOf(error))) return false;
    throw new ArtifactStoreUnavailable(error);
  }

  /** Another process may sweep the same folder, so a part may be gone at any moment. */
  private async removeIfStale(part: string): Promise<boolean> {
    try {
      const { mtimeMs } = await this.files.stat(part);
      if (Date.now() - mtimeMs < STALE_PART_MS) return false;
      await this.files.unlink(part);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
}

function isTrue(removal: PromiseSettledResult<boolean>): boolean {
  return removal.status === 'fulfilled' && removal.value;
}
