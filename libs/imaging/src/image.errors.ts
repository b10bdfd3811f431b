import type { ProblemCode } from '@app/contracts';

/** The problem codes that a picture itself can cause. */
export type ImageErrorCode = Extract<
  ProblemCode,
  | 'unsupported_format'
  | 'image_damaged'
  | 'image_too_many_pixels'
  | 'image_too_small'
  | 'bad_aspect'
  | 'file_too_large'
>;

/**
 * The picture cannot be taken, whoever tries again. `code` is a stable problem code of the HTTP API, `message` is
 * one plain English sentence for people (no path, no library text), `details` carries the figures in it: `limit`
 * and `found`, or `detected` for a file of another kind. What the decoder said is in `cause`, for the log.
 *
 * Trouble of this machine (file not found, disk full) is never an `ImageError`; it keeps its `code` of Node.
 */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  constructor(
    readonly code: ImageErrorCode,
    message: string,
    readonly details: Readonly<Record<string, number | string>> = {},
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** `image_damaged` with the reason as the second half of the sentence. */
export function damaged(reason: string, cause?: unknown): ImageError {
  return new ImageError(
    'image_damaged',
    `The file is damaged or was not copied completely: ${reason}.`,
    {},
    cause,
  );
}
