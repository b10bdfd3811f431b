import { BrokerConnection, buildTopology, ConfirmPublisher, type QueueType } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';

const DELAY_MS = 300;
const RETRY = 'photo_repair.retry_after.300ms';
const PARKING = 'photo_repair.parking';
/** After 20 returns RabbitMQ 4 drops a message from a quorum queue that says nothing else. */
const LOOKS = 25;

describe('queues that several nodes keep', () => {
  const vhost = withVhost();

  /** Declares the topology as every program does when it connects. */
  async function declare(queueType: QueueType): Promise<void> {
    const connection = new BrokerConnection({ url: vhost.url, name: `${queueType} queues` });
    const topology = buildTopology(['person'], { retryDelaysMs: [DELAY_MS], queueType });
    const publisher = new ConfirmPublisher(connection, { topology });
    onTestFinished(async () => {
      await publisher.close();
      await connection.close();
    });
    await publisher.whenReady(60_000);
  }

  it('bring a message back after its delay, keep what is looked at, and are not mixed up with others', async () => {
    await declare('quorum');
    await declare('quorum');
    await vhost.publish(RETRY, 'person', Buffer.from('{}'), { persistent: true, messageId: 'again' });
    await vhost.expectReady({ 'photo_repair.work.person': 1, [RETRY]: 0 });
    expect((await vhost.take('photo_repair.work.person')).properties.messageId).toBe('again');

    await vhost.publish(PARKING, '', Buffer.from('{}'), { persistent: true });
    const channel = await vhost.channel();
    for (let looks = 0; looks < LOOKS; looks++) {
      await expect.poll(async () => (await channel.get(PARKING)) !== false, { timeout: 15_000 }).toBe(true);
      channel.nackAll(true);
    }
    await channel.close();
    await vhost.expectReady({ [PARKING]: 1 });

    await expect(declare('classic')).rejects.toThrow(
      /photo_repair\.retry_after\.300ms exists .* made with another AMQP_QUEUE_TYPE/,
    );
  });
});
