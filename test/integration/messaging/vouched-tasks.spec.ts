import type { TaskNotice } from '@app/contracts';
import {
  AnswerPublisher,
  BridgeAnswerSubscriber,
  BrokerConnection,
  buildBridgeTopology,
  ConfirmPublisher,
  VouchedTaskPublisher,
} from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost, type Vhost } from '../../support/vhost.js';
import { NOTHING, PARKING, startForeign, STOPPING_MS, takeAll } from './foreign-subscriber.js';
import { CONFIRM_TIMEOUT_MS } from './test-worker.js';

const ANSWERS = 'photo_repair.bridge_answers';
const NOTICE = {
  type: 'task.succeeded',
  timestamp: '2026-01-02T03:04:05.000Z',
  data: { task_id: '1-0', id: null, status: 'succeeded', later: 'added' },
} as unknown as TaskNotice;

/** What the bridge has of the broker. Closed when the test ends. */
async function startBridge(
  vhost: Vhost,
  handle: (notice: TaskNotice, correlationId: string) => Promise<void> = async () => undefined,
) {
  const topology = buildBridgeTopology();
  const connection = new BrokerConnection({ url: vhost.url, name: 'bridge' });
  const publisher = new ConfirmPublisher(connection, { topology, confirmTimeoutMs: CONFIRM_TIMEOUT_MS });
  const subscriber = new BridgeAnswerSubscriber({ connection, topology, publisher, name: 'bridge', handle });
  onTestFinished(async () => {
    await subscriber.close(STOPPING_MS);
    await publisher.close();
    await connection.close();
  });
  await Promise.all([publisher.whenReady(15_000), subscriber.whenReady(15_000)]);
  return { publisher, subscriber, vouched: new VouchedTaskPublisher(publisher) };
}

describe('a task that is vouched for', () => {
  const vhost = withVhost();

  it('waits, although nobody has taken tasks here before, and is that of its publisher', async () => {
    const { vouched } = await startBridge(vhost);
    const body = { task_id: '1-0', stored_photo: 'inbox/1-0' };
    await vouched.publish({
      publisher: 'redis:user1',
      body,
      messageId: '1-0',
      correlationId: '1-0',
      answers: true,
    });
    await vouched.publish({ publisher: '', body, messageId: '1-1' });
    await vhost.expectReady({ 'photo_repair.vouched': 2, [ANSWERS]: 0 });
    const { seen, take } = takeAll();
    await startForeign(vhost, take);
    const common = {
      entrance: 'vouched',
      vhost: 'main',
      contentType: 'application/json',
      text: JSON.stringify(body),
    };
    await expect
      .poll(() => seen, { timeout: 15_000 })
      .toMatchObject([
        { ...common, user: 'redis:user1', messageId: '1-0', correlationId: '1-0', replyTo: ANSWERS },
        { ...common, user: '', messageId: '1-1', correlationId: null, replyTo: null },
      ]);
    await vhost.expectReady(NOTHING);
  });
});

describe('what becomes of it', () => {
  const vhost = withVhost();

  it('is told in order, with all that it says, until it could be handled', async () => {
    const heard: [string, TaskNotice][] = [];
    let isAway = true;
    const { publisher, subscriber } = await startBridge(vhost, async (notice, correlationId) => {
      if (isAway) throw new Error('Redis is away');
      heard.push([correlationId, notice]);
    });
    const answers = new AnswerPublisher(publisher);
    for (const correlationId of ['1-0', '2-0']) {
      expect(await answers.publish(ANSWERS, NOTICE, { correlationId, messageId: correlationId })).toBe(
        'delivered',
      );
    }
    await expect
      .poll(() => subscriber.problem, { timeout: 15_000 })
      .toMatch(/^the next answer could not be handled since \S+Z, in \d+ tries: Redis is away$/);
    isAway = false;
    await expect
      .poll(() => heard, { timeout: 15_000 })
      .toEqual([
        ['1-0', NOTICE],
        ['2-0', NOTICE],
      ]);
    await vhost.expectReady({ [ANSWERS]: 0, [PARKING]: 0 });
  });

  it.each([
    ['no JSON', 'no JSON', '1-0', 'it is not JSON'],
    ['a type that nobody knows', JSON.stringify({ ...NOTICE, type: 'task.lost' }), '1-0', 'type'],
    ['no data', JSON.stringify({ ...NOTICE, data: null }), '1-0', 'data'],
    ['no correlation id', JSON.stringify(NOTICE), undefined, 'it has no correlation id'],
  ])('is parked where it has %s', async (_, body, correlationId, problem) => {
    const heard: string[] = [];
    const { subscriber } = await startBridge(vhost, async (_notice, id) => void heard.push(id));
    await vhost.publish('', ANSWERS, Buffer.from(body), {
      ...(correlationId !== undefined && { correlationId }),
    });
    const { content, properties } = await vhost.take(PARKING);
    expect(content.toString()).toBe(body);
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': expect.stringMatching(`^Cannot read the answer: .*${problem}`) as string,
      'x-original-queue': ANSWERS,
    });
    await subscriber.close(STOPPING_MS);
    expect(heard).toEqual([]);
    await vhost.expectReady({ [ANSWERS]: 0, [PARKING]: 0 });
  });
});
