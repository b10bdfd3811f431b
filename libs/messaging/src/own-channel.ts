import type { GetMessage } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import type { OpenChannel } from './supervised-channel.js';

/**
 * Does one errand on a channel of its own, which is closed afterwards: whatever it fetched and did not acknowledge is
 * back at its place in its queue then, marked as delivered before. Rejects when there is no connection.
 */
export async function withOwnChannel<T>(
  connection: BrokerConnection,
  errand: (open: OpenChannel) => Promise<T>,
): Promise<T> {
  const model = connection.model;
  if (!model) throw new Error(`No connection to the broker at ${connection.address}.`);
  const life = new AbortController();
  const amqp = await model.createChannel();
  // The call that the broker refused rejects with the same error.
  amqp.on('error', () => undefined);
  amqp.once('close', () => life.abort());
  try {
    return await errand({ amqp, closed: life.signal });
  } finally {
    // Fails only where the channel is closed already.
    await amqp.close().catch(() => undefined);
  }
}

/** How a queue stands at this moment; undefined where there is no such queue, and the channel is closed then. */
export async function findQueue(
  { amqp }: OpenChannel,
  queue: string,
): Promise<{ messageCount: number; consumerCount: number } | undefined> {
  try {
    return await amqp.checkQueue(queue);
  } catch (error) {
    if ((error as Error & { code?: number }).code === 404) return undefined;
    throw error;
  }
}

/**
 * `basic.get`; false where the queue is empty. Rejects when the channel ends, which amqplib 2.3 alone does not always
 * do: between the two frames of the answer its promise would stay pending for ever.
 */
export async function getMessage(open: OpenChannel, queue: string): Promise<GetMessage | false> {
  const answered = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`The connection to the broker broke while ${queue} was read.`));
    if (open.closed.aborted) fail();
    open.closed.addEventListener('abort', fail, { once: true, signal: answered.signal });
  });
  try {
    return await Promise.race([open.amqp.get(queue), ended]);
  } finally {
    answered.abort();
  }
}
