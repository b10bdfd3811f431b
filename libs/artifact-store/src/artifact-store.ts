import type { Readable } from 'node:stream';

/** What was stored: its size and its lowercase hex SHA-256, both taken from the bytes as they were written. */
export interface StoredArtifact {
  bytes: number;
  sha256: string;
}

/** How an artifact is stored. */
export interface PutOptions {
  /** False for what can be made again: quicker, and it may be gone after a power cut. True by default. */
  durable?: boolean;
}

/**
 * Keeps pictures by key for the API and the workers, which share one store. Keys in use: `originals/<taskId>.<ext>`,
 * `canonical/<taskId>.png`, `results/<taskId>.<first 16 hex digits of its sha256>.png`, `results/<taskId>.json`,
 * `inbox/<name>` (a photo that a message brings, until its task is recorded), `uploads/<name>` (a piece of a photo that
 * has not come in full, where instances share no disk).
 *
 * A key is 1-200 characters: segments of `a-z 0-9 _ . -` that begin with a letter or digit, joined by `/`, without
 * `..`. Anything else throws `InvalidArtifactKey` before the store is touched.
 *
 * Every method throws `ArtifactStoreUnavailable` when the store itself fails (`storageFull` tells a full one) and
 * `ArtifactNotFound` where a key has to exist. Nothing here looks at what is stored, limits its size or expires it.
 *
 * An abstract class, so that it names the store where parts of a program are put together.
 */
export abstract class ArtifactStore {
  /**
   * Call once at start, so that a wrong place is known before the first photo, and now and then: removes what writers
   * that died left there more than an hour ago. Returns how many.
   */
  abstract prepare(): Promise<{ removedParts: number }>;

  /**
   * Stores bytes under a key. The key shows the old artifact, or none, until the new one is complete and durable;
   * then it shows the new one: a result that is written twice replaces itself. Of several writers the last wins.
   *
   * An error of `source` itself (an aborted upload) is thrown as it is, and nothing is stored.
   * `source` is destroyed on any failure.
   */
  abstract put(
    key: string,
    source: Readable | Buffer,
    mediaType: string,
    options?: PutOptions,
  ): Promise<StoredArtifact>;

  /**
   * Stores a note under a key that nothing lies under; of several writers the first wins. @returns false where something
   * lies there: also after a write of our own whose answer got lost, so look what it is. A server without conditional
   * writes (S3 before 2024) decides by looking first, and of two writers in the same moment the last wins there.
   */
  abstract putIfAbsent(key: string, note: Buffer, mediaType: string): Promise<boolean>;

  /** Like `put`, from a file, which stays where it is. An unreadable file is an error of the source. */
  abstract putFile(
    key: string,
    path: string,
    mediaType: string,
    options?: PutOptions,
  ): Promise<StoredArtifact>;

  /**
   * Like `putFile`, but the file goes to its new place without being read or copied, where that is possible. On failure
   * it may be in either place, whole.
   */
  abstract moveFile(key: string, path: string, mediaType: string): Promise<void>;

  /**
   * Opens an artifact for sending: the whole of it as it was at this moment, even if it is replaced or deleted
   * meanwhile. The stream has to be read to its end or destroyed, or a file descriptor stays open.
   */
  abstract open(key: string): Promise<{ stream: Readable; bytes: number }>;

  /** The whole artifact in memory. For pictures that are worked on; send with `open`. */
  abstract read(key: string): Promise<Buffer>;

  abstract exists(key: string): Promise<boolean>;

  /** Removes an artifact. Removing what is not there is no error. */
  abstract delete(key: string): Promise<void>;

  /**
   * Removes many artifacts at far less cost than one by one; they need not be there. Where one cannot be removed the
   * others are, and then the first failure is thrown. @returns how many there were.
   */
  abstract deleteAll(keys: Iterable<string>): Promise<number>;

  /**
   * The keys that begin with `prefix` (`results/`, `results/0193a7f2`), in no order. The part of it before the last
   * `/` is a whole folder: the cost is that of reading all names in it, a few at a time. What is written or removed
   * meanwhile may come or not. Nothing comes of folders below, and nothing where there is no such folder.
   */
  abstract list(prefix: string): AsyncIterable<string>;

  /** `list`, only what was last written before a moment, in epoch milliseconds. */
  abstract listBefore(prefix: string, writtenBefore: number): AsyncIterable<string>;
}
