import type { TaskMessage } from '@app/contracts';
import type { BrokerConnection } from './broker-connection.js';
import { decodeTask } from './decode-task.js';
import { workQueueName } from './names.js';
import { findQueue, getMessage, withOwnChannel } from './own-channel.js';

/** Of one look; what a queue holds beside these is found by the next one. */
const MOST = 1000;

/**
 * Takes tasks back out of the work queue of their type, into which they are published again later: for an API instance
 * whose operator has paused the type, so that nothing of it begins and no waiting limit passes meanwhile.
 *
 * `take` is asked for each message, in the order of the queue, whether it may go; one that may is acknowledged, so say it
 * only once it is written down that the task has to be published again. Not asked of what workers have settled before and
 * what was parked: such a message says more than can be published anew, and has no waiting limit; it stays in its place.
 *
 * @returns how many were taken back: of 1,000 messages at most. Rejects where there is no connection, and with what `take`
 * rejects with; what was not acknowledged by then is in its queue again.
 */
export async function takeBackTasks(
  connection: BrokerConnection,
  taskType: string,
  take: (message: TaskMessage) => Promise<boolean>,
): Promise<number> {
  const queue = workQueueName(taskType);
  return withOwnChannel(connection, async (open) => {
    const found = await findQueue(open, queue);
    let taken = 0;
    for (let left = Math.min(found?.messageCount ?? 0, MOST); left > 0; left--) {
      const message = await getMessage(open, queue);
      if (!message) break;
      const decoded = decodeTask(message, taskType);
      if (!decoded.ok || decoded.task.wasParked || decoded.task.settledRuns !== 0) continue;
      if (!(await take(decoded.task.message))) continue;
      open.amqp.ack(message);
      taken += 1;
    }
    return taken;
  });
}
