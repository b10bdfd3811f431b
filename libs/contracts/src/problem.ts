/** Stable problem codes of the HTTP API (the `code` member of an RFC 9457 problem). */
export const PROBLEM_CODES = [
  // The upload itself.
  'no_files',
  'malformed_multipart',
  'file_too_large',
  'too_many_files',
  'unsupported_format',
  'unsupported_content_encoding',
  'image_damaged',
  'image_too_many_pixels',
  'image_too_small',
  'bad_aspect',
  // The address of a photo.
  'url_not_allowed',
  'fetch_failed',
  'image_unreachable',
  // What was asked for.
  'unknown_task_type',
  'invalid_parameter',
  'callback_not_allowed',
  'webhook_not_confirmed',
  'invalid_request',
  'request_too_large',
  'bad_cursor',
  'method_not_allowed',
  // Who asks.
  'foreign_site',
  'unauthorized',
  'forbidden',
  'read_only_link',
  'task_type_not_allowed',
  'priority_not_allowed',
  'not_found',
  // What it stands at.
  'not_ready',
  'already_final',
  'not_retryable',
  'album_full',
  'idempotency_key_reused',
  'delivery_pending',
  'count_changed',
  // How much.
  'rate_limited',
  'quota_exceeded',
  'queue_full',
  'broker_backlog_full',
  'intake_paused',
  'storage_full',
  'storage_unavailable',
  'database_unavailable',
  'internal_error',
] as const;

/** One of `PROBLEM_CODES`. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** An RFC 9457 problem as the API answers it (`application/problem+json`). */
export interface Problem {
  /** `/problems/<code>`. */
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  request_id: string;
  /** One entry per wrong field; `pointer` is a JSON pointer into the request. */
  errors?: { pointer: string; message: string }[];
  /** The limit that was passed, where there is one: bytes, pixels, photos. */
  limit?: number;
}
