import type { Request } from 'express';
import { ProblemException } from '../problems/problem.exception.js';
import { readBoundary } from './boundary.js';
import { eachChunk } from './each-chunk.js';
import { FormFields, type OpenField } from './form-fields.js';
import { MultipartSplitter, type MultipartPiece } from './multipart-splitter.js';
import { readPartHeaders } from './part-headers.js';
import { TemporaryFile } from './temporary-file.js';
import type { UploadedPhoto } from './upload.js';

/** The field that holds the photo. */
export const PHOTO_FIELD = 'image';

/** Where an upload goes, and how much of it is taken. */
export interface UploadLimits {
  /** A folder for temporary files. */
  folder: string;
  /** How long nothing may come before the upload is given up. */
  idleMs: number;
}

/** A form as it came: its files by the names of their fields, in temporary files, and its other fields. */
export interface ReadForm<Field extends string> {
  files: Partial<Record<Field, UploadedPhoto>>;
  fields: Record<string, string>;
}

interface OpenFile<Field extends string> {
  name: Field;
  originalname: string;
  file: TemporaryFile;
}

/** Reads one form while it arrives; nothing of it is held in memory but its small fields. */
export class UploadReader<Field extends string> {
  private readonly fields = new FormFields();
  private readonly files: OpenFile<Field>[] = [];
  private part: TemporaryFile | OpenField | undefined;

  /** @param mostBytes how large the file in each field may be; there are no other files, and one in each field. */
  constructor(
    private readonly limits: UploadLimits,
    private readonly mostBytes: Readonly<Record<Field, number>>,
  ) {}

  /**
   * Stops at the first thing that is wrong, with no file left.
   * @throws ProblemException, CallerWentAway, or the error of a disk.
   */
  async read(request: Request): Promise<ReadForm<Field>> {
    const splitter = new MultipartSplitter(readBoundary(request.headers['content-type'] ?? ''));
    try {
      await eachChunk(request, this.limits.idleMs, async (chunk) => {
        for (const piece of splitter.push(chunk)) await this.take(piece);
      });
      splitter.end();
      const files: Partial<Record<Field, UploadedPhoto>> = {};
      for (const { name, originalname, file } of this.files) {
        const { path, bytes } = file;
        files[name] = { path, bytes, sha256: await file.close(), originalname };
      }
      return { files, fields: this.fields.values };
    } catch (error) {
      for (const { file } of this.files) await file.remove();
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
    if (
      this.files.length === Object.keys(this.mostBytes).length ||
      this.files.some((one) => one.name === name)
    ) {
      throw new ProblemException('too_many_files');
    }
    if (!this.isFile(name)) throw new ProblemException('no_files');
    const file = await TemporaryFile.create(this.limits.folder);
    this.files.push({ name, originalname: filename, file });
    return file;
  }

  private isFile(name: string): name is Field {
    return Object.hasOwn(this.mostBytes, name);
  }

  private async write(chunk: Buffer): Promise<void> {
    const { part } = this;
    if (part === undefined) return;
    if (!(part instanceof TemporaryFile)) return this.fields.add(part, chunk);
    const limit = this.mostBytes[this.files.at(-1)!.name];
    if (part.bytes + chunk.length > limit) throw new ProblemException('file_too_large', { limit });
    await part.write(chunk);
  }

  private close(): void {
    const { part } = this;
    this.part = undefined;
    if (part !== undefined && !(part instanceof TemporaryFile)) this.fields.keep(part);
  }
}
