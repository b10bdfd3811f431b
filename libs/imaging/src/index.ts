export { ImageError, type ImageErrorCode } from './image.errors.js';
export type { ImageFormat } from './image-format.js';
export { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
export { inspectImage, type ImageInfo } from './inspect-image.js';
export { meanChroma } from './mean-chroma.js';
export { stripMetadata } from './strip-metadata.js';
export { writeCanonical } from './write-canonical.js';
