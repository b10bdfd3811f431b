import type { ArtifactStore } from '@app/artifact-store';
import type { Readable } from 'node:stream';
import { TemporaryFile } from '../multipart/temporary-file.js';
import { UploadBytes, type ArrivedBytes, type UploadCopy } from './upload-bytes.js';
import { chainOf, pieceKey, pieceOf, piecesPrefix, UPLOADS_FOLDER, type Piece } from './upload-piece-keys.js';

/** What a death of the process costs at most. A photo has 20 of them, unless its sender stops more often. */
const PIECE_BYTES = 1024 * 1024;
const REMOVED_AT_ONCE = 500;

/**
 * Uploads in the artifact store, where API instances share no disk: whichever of them gets the next bytes goes on. Each
 * request adds pieces that are named after what they hold; two instances that take the same bytes twice do no harm.
 */
export class UploadPieces extends UploadBytes {
  constructor(
    private readonly artifacts: ArtifactStore,
    /** Where the copies go. */
    private readonly folder: string,
  ) {
    super();
  }

  /** An empty piece says that it was begun. */
  async create(id: string): Promise<void> {
    await this.keep(id, 0, []);
  }

  async arrived(id: string): Promise<ArrivedBytes | undefined> {
    const pieces = await this.piecesOf(id);
    if (pieces.length === 0) return undefined;
    return { bytes: chainOf(pieces).end, at: Math.max(...pieces.map(({ at }) => at)) };
  }

  async append(id: string, from: number, source: Readable): Promise<number> {
    let end = from;
    let held: Buffer[] = [];
    let bytes = 0;
    const flush = async () => {
      if (bytes > 0) end = await this.keep(id, end, held);
      [held, bytes] = [[], 0];
    };
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        held.push(chunk);
        bytes += chunk.length;
        if (bytes >= PIECE_BYTES) await flush();
      }
    } finally {
      // The sender deletes nothing that it is told has come, and sends it no more.
      await flush();
    }
    return end;
  }

  async copy(id: string): Promise<UploadCopy> {
    const { steps } = chainOf(await this.piecesOf(id));
    const copy = await TemporaryFile.create(this.folder);
    try {
      for (const { key, skip } of steps) await copy.write((await this.artifacts.read(key)).subarray(skip));
      return { path: copy.path, bytes: copy.bytes, sha256: await copy.close() };
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    const pieces = await this.piecesOf(id);
    await this.artifacts.deleteAll(pieces.map(({ key }) => key));
  }

  async removeForgotten(before: number): Promise<void> {
    let some: string[] = [];
    for await (const key of this.artifacts.listBefore(UPLOADS_FOLDER, before)) {
      some.push(key);
      if (some.length < REMOVED_AT_ONCE) continue;
      await this.artifacts.deleteAll(some);
      some = [];
    }
    await this.artifacts.deleteAll(some);
  }

  /** @returns where the piece ends. */
  private async keep(id: string, from: number, chunks: readonly Buffer[]): Promise<number> {
    const data = Buffer.concat(chunks);
    const to = from + data.length;
    await this.artifacts.put(pieceKey(id, from, to, Date.now()), data, 'application/octet-stream');
    return to;
  }

  private async piecesOf(id: string): Promise<Piece[]> {
    const pieces: Piece[] = [];
    for await (const key of this.artifacts.list(piecesPrefix(id))) {
      const piece = pieceOf(key);
      if (piece !== undefined) pieces.push(piece);
    }
    return pieces;
  }
}
