import { z } from 'zod';

/**
 * Why an attempt or a task failed, as a stable code. The page has a plain sentence for each in every language;
 * the worker's failure policy decides by it what happens next.
 */
export const FAILURE_CODES = [
  /** The engine (or our decoder) cannot read the picture, whoever tries. */
  'bad_image',
  /** The engine refuses the graph: a missing node, a value out of its list. The operator has to act. */
  'workflow_invalid',
  /** No engine answered. The photo is not to blame. */
  'engine_unreachable',
  /** What answers at the engine's address says what no ComfyUI says: a page, broken JSON, too many bytes. */
  'upstream_garbage',
  /** The engine made a picture that cannot be the photo's: broken, black, of another size, or still grey. */
  'bad_output',
  /** The engine accepted the prompt and no longer knows it (a restart, a cleared queue). */
  'engine_lost_prompt',
  'out_of_memory',
  /** Longer than the run limit. */
  'timed_out',
  /** The process that worked on it died. */
  'worker_crashed',
  /** The original or the result could not be read or written. */
  'storage_unavailable',
  /** The photo to work on is not in the store (any more), so no attempt can find it. */
  'photo_missing',
  /** The message itself cannot be understood: broken, of an unknown version, or for a type nobody knows. */
  'malformed_message',
  'unknown',
] as const;

/** One of `FAILURE_CODES`. */
export type FailureCode = (typeof FAILURE_CODES)[number];

/** A code that only a newer version has reads as `unknown`: an outcome must not be lost for it, and its message says why. */
const failureCodeSchema = z.string().max(100).pipe(z.enum(FAILURE_CODES).catch('unknown'));

/** A failure as it crosses the wire. `message` is for operators (English, at most 2,000 characters). */
export const failureSchema = z.object({
  code: failureCodeSchema,
  message: z.string().max(2000),
  /** The workflow node that failed, where the engine named one. */
  node: z.object({ id: z.string(), type: z.string() }).optional(),
});
export type Failure = z.infer<typeof failureSchema>;

/**
 * The one error class that carries a failure code from a library to the failure policy. It travels into logs, so
 * `cause` has to be free of credentials and of picture bytes: no error of an HTTP client, which holds the request.
 */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  /** The workflow node that failed, where the engine named one. */
  readonly node: { id: string; type: string } | undefined;

  constructor(
    readonly code: FailureCode,
    message: string,
    options: { node?: { id: string; type: string }; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.node = options.node;
  }

  toFailure(): Failure {
    const { code, node } = this;
    return { code, message: this.message.slice(0, 2000), ...(node && { node }) };
  }
}
