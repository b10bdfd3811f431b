/**
 * Sends one photo through the exchange, waits for the answers, and saves the restored picture.
 *
 *     node submit-and-wait.mjs https://example.com/photo.jpg [task type]
 *
 * AMQP_URL   the broker; default: the one on this machine with its local user
 * TASK_ID    your own id of the task; default: a new one
 * OUT_DIR    where the picture is saved; default: here
 *
 * Ends with 0 when the photo was restored, else with 1. It uses RabbitMQ's direct reply-to: no queue has to be declared,
 * and answers come as long as this connection lives. For answers that wait for you, declare a durable queue
 * `reply.<user>.<name>` and name that instead, as submit_and_wait.py does.
 */
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const EXCHANGE = 'photo_repair_tasks';
const DIRECT_REPLY_TO = 'amq.rabbitmq.reply-to';
/** After one of these nothing more comes. */
const LAST = ['task.refused', 'task.succeeded', 'task.failed', 'task.cancelled', 'task.expired'];

const [imageUrl, taskType = 'person'] = process.argv.slice(2);
if (imageUrl === undefined) throw new Error('Name the photo: node submit-and-wait.mjs https://… [task type]');
const url = process.env.AMQP_URL ?? 'amqp://guest:guest@localhost:5672/%2F';
const taskId = process.env.TASK_ID ?? randomUUID();

const connection = await connect(url);
const channel = await connection.createConfirmChannel();
const last = new Promise((resolve, reject) => {
  channel.on('error', reject);
  channel.on('close', () => reject(new Error('The broker closed the channel.')));
  // The same channel has to consume and to publish; answers are not acknowledged.
  const hear = (message) => {
    if (message === null) return reject(new Error('The broker ended the consumer.'));
    const notice = JSON.parse(message.content.toString());
    if (message.properties.correlationId !== taskId) return undefined;
    console.log(notice.type, notice.data.status);
    return LAST.includes(notice.type) ? resolve(notice) : undefined;
  };
  channel.consume(DIRECT_REPLY_TO, hear, { noAck: true }).catch(reject);
});
channel.publish(EXCHANGE, taskType, Buffer.from(JSON.stringify({ task_id: taskId, image_url: imageUrl })), {
  persistent: true,
  mandatory: true,
  contentType: 'application/json',
  // The broker refuses a userId that is not the user of this connection: that is how we know you.
  userId: decodeURIComponent(new URL(url).username) || 'guest',
  replyTo: DIRECT_REPLY_TO,
  correlationId: taskId,
});
await channel.waitForConfirms();
const { type, data } = await last;
await connection.close();

if (type === 'task.succeeded') {
  // The link needs no key, and works until data.result.expires_at.
  const answer = await fetch(data.result.url);
  if (!answer.ok) throw new Error(`The picture was answered with ${answer.status}.`);
  const path = join(process.env.OUT_DIR ?? '.', `${taskId}.png`);
  await writeFile(path, Buffer.from(await answer.arrayBuffer()));
  console.log('saved', path);
} else {
  console.error(data.error);
  process.exitCode = 1;
}
