/** Why a foreign message is not taken in; the label of a metric, so no other is possible. */
export const REFUSAL_CODES = [
  // What can be read of it.
  'malformed',
  'unsupported_version',
  'expired',
  'id_conflict',
  // Who sends it.
  'unauthenticated',
  'forbidden',
  // What it asks for.
  'unknown_task_type',
  'task_type_not_allowed',
  'invalid_parameter',
  'callback_not_allowed',
  'quota_exceeded',
  // The photo.
  'not_found',
  'url_not_allowed',
  'fetch_failed',
  'unsupported_format',
  'image_damaged',
  'file_too_large',
  'image_too_many_pixels',
  'image_too_small',
  'bad_aspect',
] as const;

/** One of `REFUSAL_CODES`. */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** A code, and an English sentence for the sender. */
export interface Refusal {
  code: RefusalCode;
  message: string;
}

/** No repetition of the same message helps. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}
