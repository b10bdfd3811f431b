import { TaskFailure } from '@app/contracts';

/**
 * Whose fault a failed run is, as far as it concerns the engine: `engine`; `maybe` where only a second one in a row
 * says so; `not` where photo, workflow or luck are to blame, or nobody can tell.
 */
export type Blame = 'engine' | 'maybe' | 'not';

/** How `runPrompt` ends its message when a prompt that took too long could not be stopped, either. */
const NOT_STOPPED = /has not stopped yet$|could not be reached to cancel it$/;

/** Judges what a run was rejected with. */
export function blameOf(error: unknown): Blame {
  if (!(error instanceof TaskFailure)) return 'not';
  switch (error.code) {
    case 'engine_unreachable':
    case 'upstream_garbage':
      return 'engine';
    case 'engine_lost_prompt':
      // One that vanished; a prompt that somebody took out of its queue is another matter.
      return error.cause instanceof TaskFailure ? 'engine' : 'not';
    case 'timed_out':
      return NOT_STOPPED.test(error.message) ? 'engine' : 'not';
    case 'bad_output':
      return 'maybe';
    default:
      return 'not';
  }
}
