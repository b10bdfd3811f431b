import type { TaskView } from './task.js';

/** The path of the live socket on the API. */
export const LIVE_PATH = '/v1/live';

/** A socket may watch this many tasks; more are answered with `too_many`. */
export const LIVE_MAX_WATCHED = 1000;

/** What a page sends: the tasks it wants to hear of from now on (this replaces what it watched before). */
export interface LiveWatch {
  event: 'watch';
  data: { task_ids: string[] };
}

/** What a page receives: the whole task, after each change and once right after `watch`. */
export type LiveMessage =
  | { event: 'task'; data: TaskView }
  | { event: 'error'; data: { code: 'malformed' | 'too_many'; message: string } };
