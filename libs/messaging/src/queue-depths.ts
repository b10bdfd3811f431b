import type { BrokerConnection } from './broker-connection.js';
import { workQueueName } from './names.js';

/** How many tasks of a type wait in the broker, and how many workers wait for one. */
export interface QueueDepth {
  taskType: string;
  /** Ready messages; not those a worker has in hand. */
  ready: number;
  /** Workers that are free for this type at this moment; a busy worker is not among them. */
  freeWorkers: number;
}

/**
 * The depth of each type's work queue, asked from the broker itself (exact, about 1 ms each; the management page lags
 * 5 s behind). A queue that does not exist counts as empty. Rejects when there is no connection.
 */
export async function queueDepths(
  connection: BrokerConnection,
  taskTypes: readonly string[],
): Promise<QueueDepth[]> {
  const model = connection.model;
  if (!model) throw new Error(`No connection to the broker at ${connection.address}.`);
  return Promise.all(
    taskTypes.map(async (taskType) => {
      // A channel each: asking for a queue that does not exist closes the channel.
      const channel = await model.createChannel();
      let missing = false;
      channel.on('error', (error: Error & { code?: number }) => (missing = error.code === 404));
      try {
        const { messageCount, consumerCount } = await channel.checkQueue(workQueueName(taskType));
        await channel.close();
        return { taskType, ready: messageCount, freeWorkers: consumerCount };
      } catch (error) {
        if (missing) return { taskType, ready: 0, freeWorkers: 0 };
        throw error;
      }
    }),
  );
}
