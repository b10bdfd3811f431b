import { z } from 'zod';
import { artifactRefSchema } from './artifact-ref.js';
import { engineRefSchema } from './engine-ref.js';
import { failureSchema } from './failure.js';
import { MOST_ATTEMPTS } from './task-event.js';
import { TASK_STEPS } from './task-log.js';
import { parameterValuesSchema, taskTypeKeySchema } from './task-type.js';
import { isFinalState, MAX_LEVEL, TASK_STATES } from './task.js';

/** More steps than any task takes, and few enough to be read at once. */
const MOST_STEPS = 5000;

const timeSchema = z.iso.datetime();
const textSchema = z.string().max(300);

/** A picture beside the file of an exported task. Pixels, bytes and lowercase hex SHA-256. */
export const exportedPictureSchema = z.object({
  media_type: artifactRefSchema.shape.mediaType,
  width: artifactRefSchema.shape.width,
  height: artifactRefSchema.shape.height,
  bytes: artifactRefSchema.shape.bytes,
  sha256: artifactRefSchema.shape.sha256,
});
/** See `exportedPictureSchema`. */
export type ExportedPicture = z.infer<typeof exportedPictureSchema>;

/** A step of the past, as `TimelineEntry` shows it. */
const exportedStepSchema = z.object({
  step: z.enum(TASK_STEPS),
  status: z.enum(TASK_STATES),
  at: timeSchema,
  attempt: z.number().int().nonnegative().max(MOST_ATTEMPTS),
  by: z.string().max(100),
  gpu: z.string().max(100).nullable(),
  reason: z.string().max(100).nullable(),
});

/**
 * A task on its way to another installation: all that is worth keeping of it, without what is of use in its old place
 * only (addresses for its outcome, keys of its caller). Times are ISO 8601 in UTC.
 */
export const exportedTaskSchema = z
  .object({
    version: z.literal(1),
    /** In the installation that it comes from. */
    id: z.uuid(),
    type: taskTypeKeySchema,
    status: z.enum(TASK_STATES),
    priority: z.number().int().min(0).max(MAX_LEVEL),
    filename: textSchema,
    client_ref: z.string().max(200).nullable(),
    parameters: parameterValuesSchema,
    adjusted: z.array(z.object({ name: z.string().max(40), sent: z.number(), used: z.number() })).max(100),
    /** Null for a photo on its own. */
    album: z.object({ id: z.uuid(), title: textSchema }).nullable(),
    /** Whose it was there; for people. */
    owner: z.object({ id: z.string().max(100), name: textSchema }),
    attempts: z.number().int().nonnegative().max(MOST_ATTEMPTS),
    error: failureSchema.nullable(),
    engine: engineRefSchema.nullable(),
    discarded_at: timeSchema.nullable(),
    created_at: timeSchema,
    started_at: timeSchema.nullable(),
    finished_at: timeSchema.nullable(),
    original: exportedPictureSchema,
    /** Null unless it succeeded. */
    result: exportedPictureSchema.extend({ media_type: z.literal('image/png') }).nullable(),
    timeline: z.array(exportedStepSchema).max(MOST_STEPS),
  })
  .superRefine(({ status, finished_at, result, engine, error }, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (isFinalState(status) && finished_at === null)
      wrong('finished_at', 'a task that has ended has ended sometime');
    if ((status === 'succeeded') !== (result !== null))
      wrong('result', 'there is one where the task succeeded');
    if ((status === 'succeeded') !== (engine !== null))
      wrong('engine', 'there is one where the task succeeded');
    if (status === 'failed' && error === null) wrong('error', 'a task that failed has a reason');
  });

/** See `exportedTaskSchema`. */
export type ExportedTask = z.infer<typeof exportedTaskSchema>;

/** What became of a task that was brought in: `POST /v1/admin/imports`. */
export interface ImportedTask {
  /** Here. */
  id: string;
  /** In the installation that it comes from. */
  source_id: string;
  status: ExportedTask['status'];
  /** It was brought in before; nothing was done. */
  already_here: boolean;
}
