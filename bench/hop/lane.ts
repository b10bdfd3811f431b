import type { TaskMessage } from '@app/contracts';

/** A way from a publisher to a handler and back, whose hops are measured. */
export interface Lane {
  /** Resolves with the broker's confirm. */
  publish: (task: TaskMessage) => Promise<void>;
  /** Called when a message has reached its handler. */
  onHandled: (taskId: string) => void;
  close: () => Promise<void>;
}
