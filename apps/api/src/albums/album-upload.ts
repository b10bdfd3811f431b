import type { UploadedPhoto } from '../multipart/upload.js';
import type { ClaimedUpload } from '../resumable/claimed-upload.js';

/** A photo that is too large to be taken; nothing of it was kept. */
export interface OversizePhoto {
  originalname: string;
  tooLarge: true;
}

/** A photo as it came, whether or not it can be taken. */
export type SentPhoto = UploadedPhoto | OversizePhoto | ClaimedUpload;

/** What a form with photos for an album consists of, or a JSON body that names one. */
export interface AlbumUpload {
  /** In the order in which they were sent. */
  photos: SentPhoto[];
  /** The caller's own names of the photos, in the order in which they were sent. */
  clientRefs: string[];
  /** The other fields by name; without a prototype. */
  fields: Record<string, string>;
}

export function isOversize(photo: SentPhoto): photo is OversizePhoto {
  return 'tooLarge' in photo;
}
