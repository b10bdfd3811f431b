import { BrokerConnection, buildTopology, ConfirmPublisher, type Topology } from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';

function publisherFor(vhost: Vhost, topology: Topology): ConfirmPublisher {
  const connection = new BrokerConnection({ url: vhost.url, name: 'topology' });
  const publisher = new ConfirmPublisher(connection, { topology });
  onTestFinished(async () => {
    await publisher.close();
    await connection.close();
  });
  return publisher;
}

describe('the topology on a fresh virtual host', () => {
  const vhost = withVhost();

  it('is declared, and declaring it again or with one more type changes nothing else', async () => {
    await publisherFor(vhost, buildTopology(['person'])).whenReady(15_000);
    await publisherFor(vhost, buildTopology(['person'])).whenReady(15_000);
    await publisherFor(vhost, buildTopology(['person', 'building'])).whenReady(15_000);

    const queues = (await vhost.api('GET', `/api/queues/${vhost.name}`)) as {
      name: string;
      arguments: object;
    }[];
    const found = Object.fromEntries(queues.map((queue) => [queue.name, queue.arguments]));
    const work = {
      'x-queue-type': 'classic',
      'x-max-priority': 4,
      'x-dead-letter-exchange': 'photo_repair.dlx',
    };
    const retry = { 'x-queue-type': 'classic', 'x-dead-letter-exchange': 'photo_repair.work' };
    expect(found).toEqual({
      // Declared without arguments; RabbitMQ 4 itself adds the virtual host's default queue type.
      photo_repair_tasks: expect.toSatisfy((given: object) =>
        Object.keys(given).every((name) => name === 'x-queue-type'),
      ) as object,
      'photo_repair.work.person': work,
      'photo_repair.work.building': work,
      'photo_repair.retry_after.5s': { ...retry, 'x-message-ttl': 5000 },
      'photo_repair.retry_after.30s': { ...retry, 'x-message-ttl': 30_000 },
      'photo_repair.vouched': { 'x-queue-type': 'classic' },
      'photo_repair.bridge_answers': { 'x-queue-type': 'classic' },
      'photo_repair.expired': { 'x-queue-type': 'classic' },
      'photo_repair.parking': { 'x-queue-type': 'classic' },
      'photo_repair.results': { 'x-queue-type': 'classic' },
    });
  });

  it('lets other systems declare the public names plainly, as pika does', async () => {
    await publisherFor(vhost, buildTopology(['person'])).whenReady(15_000);
    const channel = await vhost.channel();
    await channel.assertExchange('photo_repair_tasks', 'direct', { durable: true });
    const declared = await channel.assertQueue('photo_repair_tasks', { durable: true });
    expect(declared).toMatchObject({ queue: 'photo_repair_tasks', messageCount: 0 });
    await channel.close();
  });
});

describe('a queue that exists with other arguments', () => {
  const vhost = withVhost();

  it('is reported in a sentence that names the queue and the difference', async () => {
    const channel = await vhost.channel();
    await channel.assertQueue('photo_repair.work.person', {
      durable: true,
      arguments: {
        'x-queue-type': 'classic',
        'x-max-priority': 9,
        'x-dead-letter-exchange': 'photo_repair.dlx',
      },
    });
    await channel.close();

    const publisher = publisherFor(vhost, buildTopology(['person']));
    await expect(publisher.whenReady(15_000)).rejects.toMatchObject({
      name: 'TopologyMismatch',
      entity: 'photo_repair.work.person',
      argument: 'x-max-priority',
      message:
        `The queue photo_repair.work.person exists in the virtual host ${vhost.name} with another x-max-priority: ` +
        'the broker has 9, this version needs 4. Empty and delete that queue, or use another virtual host.',
    });
    expect(publisher.problem).toContain('photo_repair.work.person');

    await (await vhost.channel()).deleteQueue('photo_repair.work.person');
    await expect.poll(() => publisher.problem, { timeout: 15_000 }).toBeNull();
  });

  it('is reported for an exchange of another type', async () => {
    const channel = await vhost.channel();
    await channel.deleteExchange('photo_repair.events');
    await channel.assertExchange('photo_repair.events', 'fanout', { durable: true });

    const publisher = publisherFor(vhost, buildTopology(['person']));
    await expect(publisher.whenReady(15_000)).rejects.toMatchObject({
      kind: 'exchange',
      argument: 'type',
      existing: 'fanout',
      declared: 'topic',
    });
  });
});
