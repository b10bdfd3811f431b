import type { PhotoProblem } from '../photo/photo.js';

/** What the page asks the worker `read-photo.ts` for. */
export interface ReadingWanted {
  readonly want: 'check' | 'thumbnail';
  readonly file: Blob;
}

/** What a look at all of the file found. */
export interface CheckedPhoto {
  readonly problem: PhotoProblem | null;
  /** Hexadecimal; null where the file could not be read. */
  readonly sha256: string | null;
}

/** The answer: a check, or a small picture (null where this browser cannot show the file). */
export type PhotoReading = CheckedPhoto | Blob | null;
