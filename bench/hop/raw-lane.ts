import { connect } from 'amqplib';
import type { Lane } from './lane.js';

const EXCHANGE = 'bench.raw';
/** Those of the work queues in libs/messaging. */
const ARGUMENTS = {
  'x-queue-type': 'classic',
  'x-max-priority': 4,
  'x-dead-letter-exchange': 'bench.dead-letters',
};

/**
 * What amqplib itself needs for the hop: a connection to publish with confirms, one to consume, and one consumer a
 * queue with a prefetch limit of one. With two queues it has two messages in hand where our worker has one.
 */
export async function openRawLane(url: string, taskTypes: readonly string[]): Promise<Lane> {
  const publishing = await connect(url, { noDelay: true });
  const consuming = await connect(url, { noDelay: true });
  const publisher = await publishing.createConfirmChannel();
  const consumer = await consuming.createChannel();
  const lane: Lane = {
    publish: (task) =>
      new Promise((resolve, reject) => {
        const { taskId, taskType } = task;
        const body = Buffer.from(JSON.stringify(task));
        const properties = { persistent: true, mandatory: true, messageId: taskId };
        publisher.publish(EXCHANGE, taskType, body, properties, (error: unknown) =>
          error ? reject(new Error('not confirmed', { cause: error })) : resolve(),
        );
      }),
    onHandled: () => undefined,
    close: async () => {
      await publishing.close();
      await consuming.close();
    },
  };
  await consumer.assertExchange(EXCHANGE, 'direct', { durable: true });
  await consumer.assertExchange(ARGUMENTS['x-dead-letter-exchange'], 'fanout', { durable: true });
  await consumer.prefetch(1);
  for (const taskType of taskTypes) {
    const queue = `bench.raw.${taskType}`;
    await consumer.assertQueue(queue, { durable: true, arguments: ARGUMENTS });
    await consumer.bindQueue(queue, EXCHANGE, taskType);
    await consumer.consume(queue, (message) => {
      if (!message) throw new Error(`The queue ${queue} is gone.`);
      lane.onHandled(String(message.properties.messageId));
      consumer.ack(message);
    });
  }
  return lane;
}
