/** The reason with which a running task's signal is aborted when its owner has cancelled it. */
export class TaskCancelled extends Error {
  override readonly name = 'TaskCancelled';

  constructor() {
    super('The task was cancelled.');
  }
}
