/**
 * The broker has taken the message back and somebody else will run the task. The run has not failed, so nothing may be
 * settled for it, now or when the message comes here again.
 */
export class TaskTakenBack extends Error {
  override readonly name = 'TaskTakenBack';

  constructor(cause: unknown) {
    super('The broker has taken the task back.', { cause });
  }
}
