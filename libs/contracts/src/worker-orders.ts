import { z } from 'zod';
import { taskTypeKeySchema } from './task-type.js';

/** So many workers may be paused at once. */
export const MOST_PAUSED_WORKERS = 1000;

/**
 * What the operators have paused of what workers do: all of it, each time. It is told (`TaskControl`), and it lies in the
 * artifact store (`workerOrdersKey`) for workers that start later.
 */
export const workerOrdersSchema = z.object({
  version: z.literal(1),
  /** Names of workers that take nothing. */
  workers: z.array(z.string().min(1).max(100)).max(MOST_PAUSED_WORKERS),
  /** Task types of which no worker begins anything. */
  taskTypes: z.array(taskTypeKeySchema).max(1000),
});

/** See `workerOrdersSchema`. */
export type WorkerOrders = z.infer<typeof workerOrdersSchema>;

/** Where the orders lie in the artifact store; nothing is paused where there are none. */
export function workerOrdersKey(): string {
  return 'operation/orders.json';
}
