import type { BrokerConnection } from './broker-connection.js';
import { workQueueName } from './names.js';
import { findQueue, withOwnChannel } from './own-channel.js';

/** How many tasks of a type wait in the broker, and who could take them. */
export interface QueueDepth {
  taskType: string;
  /** Ready messages; not those a worker has in hand. */
  ready: number;
  /**
   * Workers that listen to this queue. One for a single type always does, unless its tap is closed; one for several
   * types only while it is idle.
   */
  consumers: number;
}

/**
 * The depth of each type's work queue, asked from the broker itself (exact, about 1 ms each; the management page lags
 * 5 s behind). A queue that does not exist counts as empty. Rejects when there is no connection.
 */
export async function queueDepths(
  connection: BrokerConnection,
  taskTypes: readonly string[],
): Promise<QueueDepth[]> {
  return Promise.all(
    taskTypes.map((taskType) =>
      // A channel each: asking for a queue that does not exist closes the channel.
      withOwnChannel(connection, async (open) => {
        const { messageCount = 0, consumerCount = 0 } =
          (await findQueue(open, workQueueName(taskType))) ?? {};
        return { taskType, ready: messageCount, consumers: consumerCount };
      }),
    ),
  );
}
