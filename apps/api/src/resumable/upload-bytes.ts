import type { Readable } from 'node:stream';

/** What there is of an upload. */
export interface ArrivedBytes {
  bytes: number;
  /** When the last of them came, or it was begun; epoch milliseconds. */
  at: number;
}

/** A copy of an upload in a file, which whoever asked for it has to remove. */
export interface UploadCopy {
  path: string;
  bytes: number;
  sha256: string;
}

/**
 * The bytes of uploads that may be interrupted. What is there has come; nothing else knows how much that is, so no death
 * of a process can make it untrue. An `id` is a UUID of ours: nothing that a caller sent becomes a path.
 */
export abstract class UploadBytes {
  abstract create(id: string): Promise<void>;

  /** Undefined where there is no such upload. */
  abstract arrived(id: string): Promise<ArrivedBytes | undefined>;

  /**
   * Keeps what comes behind what has come. All that was taken is kept for good when it resolves, and when it rejects.
   * @returns how much there is then.
   * @throws what the stream or the place throws; WrittenElsewhere.
   */
  abstract append(id: string, from: number, source: Readable): Promise<number>;

  /** A copy of the whole, which nobody writes any more. */
  abstract copy(id: string): Promise<UploadCopy>;

  /** One that is gone already is no error. */
  abstract remove(id: string): Promise<void>;

  /** Removes what came before then (epoch milliseconds) of uploads that nobody knows any more. */
  abstract removeForgotten(before: number): Promise<void>;
}
