import type { ProblemCode } from '@app/contracts';

/** The HTTP status and the title of each problem. Titles never change with the case at hand; `detail` does. */
export const PROBLEMS: Record<ProblemCode, { status: number; title: string }> = {
  no_files: { status: 400, title: 'No photo was sent' },
  malformed_multipart: { status: 400, title: 'The upload could not be read' },
  invalid_request: { status: 400, title: 'The request is not valid' },
  foreign_site: { status: 403, title: 'Not from here' },
  not_found: { status: 404, title: 'Not found' },
  not_ready: { status: 409, title: 'Not ready yet' },
  already_final: { status: 409, title: 'The task has ended already' },
  file_too_large: { status: 413, title: 'The file is too large' },
  unsupported_format: { status: 415, title: 'Not a supported picture format' },
  image_damaged: { status: 422, title: 'The picture is damaged' },
  image_too_many_pixels: { status: 422, title: 'The picture has too many pixels' },
  image_too_small: { status: 422, title: 'The picture is too small' },
  unknown_task_type: { status: 422, title: 'Unknown task type' },
  invalid_parameter: { status: 422, title: 'A parameter is not valid' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key belongs to another photo' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  queue_full: { status: 503, title: 'The queue is full' },
  broker_backlog_full: { status: 503, title: 'The queue is away and no more can be kept for it' },
  storage_full: { status: 503, title: 'No space is left for photos' },
};
