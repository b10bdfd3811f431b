export { ImageError, type ImageErrorCode } from './image.errors.js';
export type { ImageFormat } from './image-format.js';
export { DEFAULT_IMAGE_LIMITS, RESULT_IMAGE_LIMITS, type ImageLimits } from './image-limits.js';
export {
  ImageProcess,
  type ImageProcessOptions,
  type ThumbnailOptions,
} from './image-process/image-process.js';
export { makeCanonical, type Canonical, type CanonicalEncoding } from './make-canonical.js';
export { meanChroma } from './mean-chroma.js';
export { finishResult } from './result/finish-result.js';
export type { FinishedResult, ResultExpectation } from './result/result-expectation.js';
export { ResultError, type ResultFault } from './result/result.errors.js';
export type { TakenIn } from './take-in.js';
export { toJpeg } from './to-jpeg.js';
export type { Thumbnail } from './write-thumbnail.js';
