import type { ProblemCode } from '@app/contracts';
import type { ProblemText } from './problem-text.js';

const STATUS: Record<ProblemCode, number> = {
  no_files: 400,
  malformed_multipart: 400,
  file_too_large: 413,
  too_many_files: 413,
  unsupported_format: 415,
  unsupported_content_encoding: 415,
  image_damaged: 422,
  image_too_many_pixels: 422,
  image_too_small: 422,
  bad_aspect: 422,
  url_not_allowed: 422,
  fetch_failed: 422,
  image_unreachable: 502,
  unknown_task_type: 422,
  invalid_parameter: 422,
  callback_not_allowed: 422,
  webhook_not_confirmed: 422,
  invalid_request: 400,
  request_too_large: 413,
  bad_cursor: 400,
  method_not_allowed: 405,
  foreign_site: 403,
  unauthorized: 401,
  forbidden: 403,
  read_only_link: 403,
  task_type_not_allowed: 403,
  priority_not_allowed: 403,
  not_found: 404,
  not_ready: 409,
  already_final: 409,
  not_retryable: 409,
  album_full: 422,
  idempotency_key_reused: 422,
  delivery_pending: 409,
  count_changed: 409,
  rate_limited: 429,
  quota_exceeded: 413,
  queue_full: 503,
  broker_backlog_full: 503,
  intake_paused: 503,
  storage_full: 503,
  storage_unavailable: 503,
  database_unavailable: 503,
  internal_error: 500,
};

/**
 * Where a case is told apart by its status too. A request that could be read but holds a wrong value is 422 (RFC 9110,
 * 15.5.21); one that could not be read is 400.
 */
const OF_CASE: Partial<Record<ProblemText, number>> = {
  'invalid_request.value': 422,
  'invalid_request.content_type': 415,
  'invalid_request.timeout': 408,
  'invalid_request.stalled': 408,
  'invalid_request.tus_version': 412,
  'invalid_request.upload_type': 415,
  'request_too_large.headers': 431,
};

/** The HTTP status of a problem. */
export function statusOf(text: ProblemText): number {
  return OF_CASE[text] ?? STATUS[text.split('.', 1)[0] as ProblemCode];
}
