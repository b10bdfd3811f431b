/** Stable problem codes of the HTTP API (the `code` member of an RFC 9457 problem). */
export const PROBLEM_CODES = [
  'no_files',
  'malformed_multipart',
  'file_too_large',
  'unsupported_format',
  'image_damaged',
  'image_too_many_pixels',
  'image_too_small',
  'unknown_task_type',
  'invalid_parameter',
  'invalid_request',
  'foreign_site',
  'not_found',
  'not_ready',
  'already_final',
  'idempotency_key_reused',
  'queue_full',
  'broker_backlog_full',
  'storage_full',
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
}
