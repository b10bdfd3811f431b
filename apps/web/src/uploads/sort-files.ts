import type { PhotoProblem } from '../photo/photo.js';
import { checkPhoto } from './check-photo.js';

export interface SortedFile {
  readonly file: File;
  /** What is wrong with it that its first bytes and its size tell. */
  readonly problem: PhotoProblem | null;
}

export interface SortedFiles {
  readonly photos: SortedFile[];
  /** Names of files that are no photos and do not look like some either. */
  readonly skipped: string[];
}

const NO_PHOTO: readonly PhotoProblem[] = ['unsupported_format', 'image_damaged', 'unreadable'];
/** Whoever adds one of these takes it for a photo, and has to hear why it cannot be used. */
const PHOTO_NAME =
  /\.(jpe?g|jfif|png|bmp|dib|heic|heif|avif|webp|tiff?|gif|dng|cr[23]|nef|arw|raw|psd|jp2)$/i;

/**
 * Parts photos from what came along with them: a letter or a film between the photos of a folder is skipped, a photo of
 * a kind that we cannot read is answered for.
 */
export async function sortFiles(files: readonly File[]): Promise<SortedFiles> {
  const photos: SortedFile[] = [];
  const skipped: string[] = [];
  for (const file of files) {
    const problem = await checkPhoto(file);
    // By their bytes these may be anything: a letter, an empty file, a folder that came as a file.
    const isUnknown = problem !== null && NO_PHOTO.includes(problem);
    const isNamedSo = PHOTO_NAME.test(file.name) || file.type.startsWith('image/');
    if (isUnknown && !isNamedSo) skipped.push(file.name);
    else photos.push({ file, problem });
  }
  return { photos, skipped };
}
