export { ImageError, type ImageErrorCode } from './image.errors.js';
export type { ImageFormat } from './image-format.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
export {
  ImageProcess,
  type ImageProcessOptions,
  type ThumbnailOptions,
} from './image-process/image-process.js';
export { meanChroma } from './mean-chroma.js';
export { stripMetadata } from './strip-metadata.js';
export type { TakenIn } from './take-in.js';
export { writeCanonical } from './write-canonical.js';
export type { Thumbnail } from './write-thumbnail.js';
