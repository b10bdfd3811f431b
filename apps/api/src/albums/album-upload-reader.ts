import type { Request } from 'express';
import { readBoundary } from '../multipart/boundary.js';
import { eachChunk } from '../multipart/each-chunk.js';
import { FormFields, type OpenField } from '../multipart/form-fields.js';
import { MultipartSplitter, type MultipartPiece } from '../multipart/multipart-splitter.js';
import { readPartHeaders } from '../multipart/part-headers.js';
import { TemporaryFile } from '../multipart/temporary-file.js';
import { PHOTO_FIELD, type UploadLimits } from '../multipart/upload-reader.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { AlbumUpload } from './album-upload.js';

const CLIENT_REF_FIELD = 'client_ref';

/** How much of one request is taken. */
export interface AlbumUploadLimits extends UploadLimits {
  maxPhotoBytes: number;
  maxPhotos: number;
  /** Of the whole request, with what is not kept of it. */
  maxBytes: number;
}

interface OpenPhoto {
  originalname: string;
  /** Undefined once it has proved too large: the rest of it goes nowhere. */
  file: TemporaryFile | undefined;
  sha256: string;
}

/** Reads one upload of many photos while it arrives. A photo that is too large does not spoil its neighbours. */
export class AlbumUploadReader {
  private readonly photos: OpenPhoto[] = [];
  private readonly fields: FormFields;
  private open: OpenPhoto | OpenField | undefined;
  private bytes = 0;

  constructor(private readonly limits: AlbumUploadLimits) {
    this.fields = new FormFields({ name: CLIENT_REF_FIELD, most: limits.maxPhotos });
  }

  /**
   * Stops at the first thing that spoils the whole, with no file left.
   * @throws ProblemException, CallerWentAway, or the error of a disk.
   */
  async read(request: Request): Promise<AlbumUpload> {
    const splitter = new MultipartSplitter(readBoundary(request.headers['content-type'] ?? ''));
    try {
      await eachChunk(request, this.limits.idleMs, async (chunk) => {
        this.bytes += chunk.length;
        if (this.bytes > this.limits.maxBytes) throw tooLarge(this.limits.maxBytes);
        for (const piece of splitter.push(chunk)) await this.take(piece);
      });
      splitter.end();
      if (this.photos.length === 0) throw new ProblemException('no_files');
      const { values, repeated } = this.fields;
      return { photos: this.photos.map(toSent), clientRefs: repeated, fields: values };
    } catch (error) {
      for (const { file } of this.photos) await file?.remove();
      throw error;
    }
  }

  private async take(piece: MultipartPiece): Promise<void> {
    if (piece.kind === 'headers') this.open = await this.begin(piece.bytes);
    else if (piece.kind === 'data') await this.write(piece.bytes);
    else await this.end();
  }

  private async begin(headers: Buffer): Promise<OpenPhoto | OpenField> {
    const { name, filename } = readPartHeaders(headers);
    if (filename === undefined) return this.fields.begin(name);
    // A form that was sent without choosing a file says so by an empty name.
    if (filename === '' || name !== PHOTO_FIELD) throw new ProblemException('no_files');
    const { maxPhotos, folder } = this.limits;
    if (this.photos.length === maxPhotos) {
      throw new ProblemException('too_many_files.limit', { limit: maxPhotos });
    }
    const photo = { originalname: filename, file: await TemporaryFile.create(folder), sha256: '' };
    this.photos.push(photo);
    return photo;
  }

  private async write(chunk: Buffer): Promise<void> {
    const { open } = this;
    if (open === undefined) return;
    if ('chunks' in open) return this.fields.add(open, chunk);
    if (open.file === undefined) return;
    if (open.file.bytes + chunk.length <= this.limits.maxPhotoBytes) return open.file.write(chunk);
    await open.file.remove();
    open.file = undefined;
  }

  private async end(): Promise<void> {
    const { open } = this;
    this.open = undefined;
    if (open === undefined) return;
    if ('chunks' in open) return this.fields.keep(open);
    if (open.file !== undefined) open.sha256 = await open.file.close();
  }
}

function toSent({ originalname, file, sha256 }: OpenPhoto): AlbumUpload['photos'][number] {
  if (file === undefined) return { originalname, tooLarge: true };
  return { originalname, path: file.path, bytes: file.bytes, sha256 };
}

export function tooLarge(limit: number): ProblemException {
  return new ProblemException('request_too_large', { limit });
}
