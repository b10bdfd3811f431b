/** A photo in a temporary file, which is removed when the request has been answered. */
export interface UploadedPhoto {
  path: string;
  /** As it was sent; not to be used as a path. */
  originalname: string;
  bytes: number;
  /** Lowercase hex. */
  sha256: string;
}

/** What a form with a photo consists of, or a JSON body that names one. */
export interface Upload<Photo = UploadedPhoto> {
  photo: Photo;
  /** The other fields by name; without a prototype. */
  fields: Record<string, string>;
}
