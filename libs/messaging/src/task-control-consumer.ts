import { taskControlSchema, type TaskControl, type WorkerOrders } from '@app/contracts';
import { BroadcastConsumer } from './broadcast-consumer.js';
import type { BrokerConnection } from './broker-connection.js';
import type { MessagingLogger } from './messaging-logger.js';
import { EXCHANGE } from './names.js';
import type { Topology } from './topology-rows.js';

export interface TaskControlConsumerOptions {
  /** The consuming connection of the process. */
  connection: BrokerConnection;
  topology: Topology;
  logger: MessagingLogger;
  /** What it throws is logged. */
  onCancel: (taskId: string) => void;
  /** An API has started: say who you are. What it throws is logged. */
  onHello?: () => void;
  /** Erase what the task has left in engines, and answer. What it throws is logged. */
  onErase?: (taskId: string) => void;
  /** A worker process has a free place for these types and finds no task. What it throws is logged. */
  onIdle?: (process: string, taskTypes: readonly string[]) => void;
  /** What the operators have paused: all of it. What it throws is logged. */
  onPauses?: (orders: WorkerOrders) => void;
  /** Each time that it begins to hear, the first time too: look for marks of what was cancelled before. */
  onOpen: () => void;
}

/** A worker that did not take it within this time looks for marks when it is back. */
const LIMITS = { 'x-message-ttl': 30_000 };

/**
 * Hears at a worker what all of them are told (`TaskControlPublisher`), on a channel of its own: it has to come
 * while tasks run. Lossy; nothing that was cancelled after `onOpen` was called goes unheard while `problem` is null.
 */
export class TaskControlConsumer {
  private readonly consumer: BroadcastConsumer<TaskControl>;

  constructor({ onCancel, onHello, onErase, onIdle, onPauses, ...options }: TaskControlConsumerOptions) {
    this.consumer = new BroadcastConsumer({
      ...options,
      purpose: 'control',
      limits: LIMITS,
      sources: [{ exchange: EXCHANGE.control, routingKey: '' }],
      schema: taskControlSchema,
      handler: (control) => {
        if (control.kind === 'cancel') onCancel(control.taskId);
        else if (control.kind === 'hello') onHello?.();
        else if (control.kind === 'erase') onErase?.(control.taskId);
        else if (control.kind === 'idle') onIdle?.(control.process, control.taskTypes);
        else onPauses?.({ version: 1, workers: control.workers, taskTypes: control.taskTypes });
      },
    });
  }

  /** Why nothing is heard, as a phrase; null when all is well. */
  get problem(): string | null {
    return this.consumer.problem;
  }

  /** Resolves once it hears; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  whenReady(timeoutMs: number): Promise<void> {
    return this.consumer.whenReady(timeoutMs);
  }

  close(): Promise<void> {
    return this.consumer.close();
  }
}
