import type { TaskEvent } from '@app/contracts';
import type { TaskEventPublisher } from './task-event-publisher.js';

/** What differs from event to event. */
type Told<E extends TaskEvent = TaskEvent> = E extends TaskEvent
  ? Omit<E, 'version' | 'at' | 'worker' | 'taskId' | 'taskType' | 'attempt' | 'run'>
  : never;

/** Whom an event is about. */
export interface EventSubject {
  taskId: string;
  taskType: string;
  attempt: number;
  run: number;
}

/** Tells what the task server itself does with tasks. Each resolves once the broker has confirmed the event. */
export class ServerEvents {
  constructor(
    private readonly publisher: TaskEventPublisher,
    private readonly worker: string,
  ) {}

  tell(subject: EventSubject, told: Told): Promise<void> {
    const at = new Date().toISOString();
    return this.publisher.publish({ version: 1, at, worker: this.worker, ...subject, ...told });
  }
}
