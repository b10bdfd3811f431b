import { TaskFailure } from '@app/contracts';

/**
 * The failure for an engine that stopped answering after it got the photo or the prompt. A code of its own, because
 * unlike an engine that never answered (`engine_unreachable`), this one may have been ended by what it was given.
 * Any other failure is given back as it is.
 *
 * @param when goes on after "The engine went away"
 */
export function engineVanished(when: string, failure: TaskFailure): TaskFailure {
  if (failure.code !== 'engine_unreachable') return failure;
  const message = `The engine went away ${when}: ${failure.message}`;
  return new TaskFailure('engine_lost_prompt', message, { cause: failure });
}
