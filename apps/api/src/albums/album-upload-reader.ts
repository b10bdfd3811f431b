import type { Request } from 'express';
import { readBoundary } from '../multipart/boundary.js';
import { eachChunk } from '../multipart/each-chunk.js';
import { MultipartSplitter, type MultipartPiece } from '../multipart/multipart-splitter.js';
import { readPartHeaders } from '../multipart/part-headers.js';
import { TemporaryFile } from '../multipart/temporary-file.js';
import type { UploadLimits } from '../multipart/upload-reader.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { AlbumUpload } from './album-upload.js';

const PHOTO_FIELD = 'image';
const CLIENT_REF_FIELD = 'client_ref';
const MOST_FIELDS = 20;
const MOST_FIELD_BYTES = 16 * 1024;

/** How much of one request is taken. */
export interface AlbumUploadLimits extends UploadLimits {
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

interface OpenField {
  name: string;
  chunks: Buffer[];
  bytes: number;
}

/** Reads one upload of many photos while it arrives. A photo that is too large does not spoil its neighbours. */
export class AlbumUploadReader {
  private readonly photos: OpenPhoto[] = [];
  private readonly clientRefs: string[] = [];
  private readonly fields: Record<string, string> = Object.create(null) as Record<string, string>;
  private open: OpenPhoto | OpenField | undefined;
  private bytes = 0;

  constructor(private readonly limits: AlbumUploadLimits) {}

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
      return { photos: this.photos.map(toSent), clientRefs: this.clientRefs, fields: this.fields };
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
    if (filename === undefined) return { name, chunks: [], bytes: 0 };
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
    if ('chunks' in open) {
      open.bytes += chunk.length;
      if (open.bytes > MOST_FIELD_BYTES) throw wrongField(open.name, 'too_long');
      open.chunks.push(chunk);
      return;
    }
    if (open.file === undefined) return;
    if (open.file.bytes + chunk.length <= this.limits.maxPhotoBytes) return open.file.write(chunk);
    await open.file.remove();
    open.file = undefined;
  }

  private async end(): Promise<void> {
    const { open } = this;
    this.open = undefined;
    if (open === undefined) return;
    if ('chunks' in open) return this.keepField(open);
    if (open.file !== undefined) open.sha256 = await open.file.close();
  }

  private keepField(open: OpenField): void {
    const value = decode(open.name, Buffer.concat(open.chunks));
    if (open.name === CLIENT_REF_FIELD) {
      if (this.clientRefs.length === this.limits.maxPhotos) throw wrongField(open.name, 'too_many');
      this.clientRefs.push(value);
      return;
    }
    if (open.name in this.fields) throw wrongField(open.name, 'duplicate');
    if (Object.keys(this.fields).length === MOST_FIELDS) {
      throw new ProblemException('malformed_multipart.too_many_fields');
    }
    this.fields[open.name] = value;
  }
}

function toSent({ originalname, file, sha256 }: OpenPhoto): AlbumUpload['photos'][number] {
  if (file === undefined) return { originalname, tooLarge: true };
  return { originalname, path: file.path, bytes: file.bytes, sha256 };
}

export function tooLarge(limit: number): ProblemException {
  return new ProblemException('request_too_large', { limit });
}

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw wrongField(name, 'unusual_characters');
  }
}

const LIMITS = { too_long: MOST_FIELD_BYTES, too_many: 1 };

function wrongField(
  name: string,
  text: 'duplicate' | 'unusual_characters' | 'too_long' | 'too_many',
): ProblemException {
  const values = text === 'too_long' || text === 'too_many' ? { limit: LIMITS[text] } : {};
  const errors = [{ pointer: `/${name.slice(0, 100)}`, text, values }];
  return new ProblemException(
    text === 'duplicate' ? 'invalid_request' : 'invalid_request.value',
    {},
    { errors },
  );
}
