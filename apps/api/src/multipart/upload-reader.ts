import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception.js';
import { readBoundary } from './boundary.js';
import { eachChunk } from './each-chunk.js';
import { FormFields, type OpenField } from './form-fields.js';
import { MultipartSplitter, type MultipartPiece } from './multipart-splitter.js';
import { readPartHeaders } from './part-headers.js';
import { TemporaryFile } from './temporary-file.js';
import type { Upload } from './upload.js';

/** The field that holds the photo. */
export const PHOTO_FIELD = 'image';

/** Where an upload goes, and how much of it is taken. */
export interface UploadLimits {
  /** A folder for temporary files. */
  folder: string;
  maxPhotoBytes: number;
  /** How long nothing may come before the upload is given up. */
  idleMs: number;
}

/** Reads one upload while it arrives; nothing of it is held in memory but its small fields. */
export class UploadReader {
  private readonly fields = new FormFields();
  private file: TemporaryFile | undefined;
  private originalname = '';
  private part: TemporaryFile | OpenField | undefined;

  constructor(private readonly limits: UploadLimits) {}

  /**
   * Stops at the first thing that is wrong, with no file left.
   * @throws ProblemException, CallerWentAway, or the error of a disk.
   */
  async read(request: Request): Promise<Upload> {
    const splitter = new MultipartSplitter(readBoundary(request.headers['content-type'] ?? ''));
    try {
      await eachChunk(request, this.limits.idleMs, async (chunk) => {
        for (const piece of splitter.push(chunk)) await this.take(piece);
      });
      splitter.end();
      if (this.file === undefined) throw new ProblemException('no_files');
      const { path, bytes } = this.file;
      const sha256 = await this.file.close();
      return { fields: this.fields.values, photo: { path, bytes, sha256, originalname: this.originalname } };
    } catch (error) {
      await this.file?.remove();
      throw error;
    }
  }

  private async take(piece: MultipartPiece): Promise<void> {
    if (piece.kind === 'headers') this.part = await this.open(piece.bytes);
    else if (piece.kind === 'data') await this.write(piece.bytes);
    else this.close();
  }

  private async open(headers: Buffer): Promise<TemporaryFile | OpenField> {
    const { name, filename } = readPartHeaders(headers);
    if (filename === undefined) return this.fields.begin(name);
    // A form that was sent without choosing a file says so by an empty name.
    if (filename === '') throw new ProblemException('no_files');
    if (this.file !== undefined) throw new ProblemException('too_many_files');
    if (name !== PHOTO_FIELD) throw new ProblemException('no_files');
    this.originalname = filename;
    this.file = await TemporaryFile.create(this.limits.folder);
    return this.file;
  }

  private async write(chunk: Buffer): Promise<void> {
    const { part } = this;
    if (part === undefined) return;
    if (!(part instanceof TemporaryFile)) return this.fields.add(part, chunk);
    const { maxPhotoBytes } = this.limits;
    if (part.bytes + chunk.length > maxPhotoBytes) {
      throw new ProblemException('file_too_large', { limit: maxPhotoBytes });
    }
    await part.write(chunk);
  }

  private close(): void {
    const { part } = this;
    this.part = undefined;
    if (part !== undefined && !(part instanceof TemporaryFile)) this.fields.keep(part);
  }
}
