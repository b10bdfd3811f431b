import type { Request } from 'express';
import { isPrototypeName } from '../json/prototype-names.js';
import { isUnusualText } from '../json/unusual-values.js';
import { ProblemException } from '../problems/problem.exception.js';
import { readBoundary } from './boundary.js';
import { eachChunk } from './each-chunk.js';
import { MultipartSplitter, type MultipartPiece } from './multipart-splitter.js';
import { readPartHeaders } from './part-headers.js';
import { TemporaryFile } from './temporary-file.js';
import type { Upload } from './upload.js';

/** The field that holds the photo. */
export const PHOTO_FIELD = 'image';
const MOST_FIELDS = 20;
const MOST_FIELD_BYTES = 16 * 1024;

/** Where an upload goes, and how much of it is taken. */
export interface UploadLimits {
  /** A folder for temporary files. */
  folder: string;
  maxPhotoBytes: number;
  /** How long nothing may come before the upload is given up. */
  idleMs: number;
}

type OpenPart = { name: string; file: TemporaryFile } | { name: string; chunks: Buffer[]; bytes: number };

/** Reads one upload while it arrives; nothing of it is held in memory but its small fields. */
export class UploadReader {
  private readonly fields: Record<string, string> = Object.create(null) as Record<string, string>;
  private file: TemporaryFile | undefined;
  private originalname = '';
  private part: OpenPart | undefined;

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
      return { fields: this.fields, photo: { path, bytes, sha256, originalname: this.originalname } };
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

  private async open(headers: Buffer): Promise<OpenPart> {
    const { name, filename } = readPartHeaders(headers);
    if (filename === undefined) return { name, chunks: [], bytes: 0 };
    // A form that was sent without choosing a file says so by an empty name.
    if (filename === '') throw new ProblemException('no_files');
    if (this.file !== undefined) throw new ProblemException('too_many_files');
    if (name !== PHOTO_FIELD) throw new ProblemException('no_files');
    this.originalname = filename;
    this.file = await TemporaryFile.create(this.limits.folder);
    return { name, file: this.file };
  }

  private async write(chunk: Buffer): Promise<void> {
    const { part } = this;
    if (part === undefined) return;
    if ('file' in part) {
      const { maxPhotoBytes } = this.limits;
      if (part.file.bytes + chunk.length > maxPhotoBytes) {
        throw new ProblemException('file_too_large', { limit: maxPhotoBytes });
      }
      return part.file.write(chunk);
    }
    part.bytes += chunk.length;
    if (part.bytes > MOST_FIELD_BYTES) {
      const errors = [
        {
          pointer: `/${part.name.slice(0, 100)}`,
          text: 'too_long' as const,
          values: { limit: MOST_FIELD_BYTES },
        },
      ];
      throw new ProblemException('invalid_request.value', {}, { errors });
    }
    part.chunks.push(chunk);
  }

  private close(): void {
    const { part } = this;
    this.part = undefined;
    if (part === undefined || 'file' in part) return;
    if (isPrototypeName(part.name)) throw wrongField(part.name, 'unknown');
    if (part.name in this.fields) throw wrongField(part.name, 'duplicate');
    if (Object.keys(this.fields).length === MOST_FIELDS) {
      throw new ProblemException('malformed_multipart.too_many_fields');
    }
    this.fields[part.name] = decode(part.name, Buffer.concat(part.chunks));
  }
}

/** @throws ProblemException `invalid_request` for bytes that are no text. */
function decode(name: string, bytes: Buffer): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  // What is no UTF-8 has become U+FFFD, which nobody types.
  if (isUnusualText(text) || text.includes('\uFFFD')) throw wrongField(name, 'unusual_characters');
  return text;
}

function wrongField(name: string, text: 'duplicate' | 'unknown' | 'unusual_characters'): ProblemException {
  const errors = [{ pointer: `/${name.slice(0, 100)}`, text }];
  const isAboutValue = text === 'unusual_characters';
  return new ProblemException(isAboutValue ? 'invalid_request.value' : 'invalid_request', {}, { errors });
}
