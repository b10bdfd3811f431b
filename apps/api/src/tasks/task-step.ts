import type { StateEvent } from '@app/messaging';

/** Its owner asks for a task once more that did not succeed; the API decides it, no worker tells it. */
export interface Retried {
  kind: 'retried';
  taskId: string;
  taskType: string;
  /** ISO 8601, UTC. */
  at: string;
  attempt: number;
  /** Above every run that was begun: nothing that is told of those counts any more. */
  run: number;
  worker: 'api';
}

/** What may change a task's state. */
export type TaskChange = StateEvent | Retried;
