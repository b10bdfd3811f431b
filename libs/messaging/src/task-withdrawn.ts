/**
 * Why the signal of a task that was taken ahead is aborted before its turn has come (`TaskDelivery.isAhead`): another
 * worker has nothing to do, this one must not take such tasks any more or stops, or it was held for too long.
 */
export class TaskWithdrawn extends Error {
  override readonly name = 'TaskWithdrawn';

  constructor(because: string) {
    super(`The task goes back to its queue before its turn: ${because}.`);
  }
}
