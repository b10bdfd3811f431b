import { describe, expect, inject, it } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { startPublisher, startWorker } from './test-worker.js';

const good = sampleTask();
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a message that cannot be read', () => {
  const vhost = withVhost();
  const queue = 'photo_repair.work.person';

  it.each([
    ['no JSON', Buffer.from('{"version":1,'), {}, 'it is not JSON'],
    ['no bytes', Buffer.alloc(0), {}, 'it is not JSON'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80]), {}, 'it is not JSON'],
    ['JSON of something else', json({ hello: 'world' }), {}, 'version'],
    ['JSON null', json(null), {}, 'body'],
    ['a field that is wrong', json({ ...good, taskId: 'x' }), {}, 'taskId'],
    ['a version of the future', json({ ...good, version: 2 }), {}, 'the version 2'],
    ['a task of another type', json({ ...good, taskType: 'building' }), {}, "type 'building'"],
    [
      "another task's photo",
      json({ ...good, image: sampleTask().image }),
      {},
      `the photo is not that of the task ${good.taskId}`,
    ],
    ['a megabyte', json({ ...good, more: 'x'.repeat(1_000_000) }), {}, 'bytes'],
    ['a run that is no number', json(good), { 'x-run': 'first' }, 'x-run'],
    ['a run beyond any', json(good), { 'x-run': 3_000_000_000 }, 'x-run'],
    ['a deadline that is none', json(good), { 'x-deadline': -1 }, 'x-deadline'],
  ])('%s: is parked once as it came, and the next task runs', async (_, body, headers, problem) => {
    const ran: string[] = [];
    const { events, server } = await startWorker(vhost, async ({ message }) => {
      ran.push(message.taskId);
      return { kind: 'done' };
    });
    await vhost.publish('photo_repair.work', 'person', body, { messageId: good.taskId, headers });
    const { tasks } = await startPublisher(vhost);
    const next = sampleTask();
    await tasks.publishTask(next);

    const { content, properties } = await vhost.take('photo_repair.parking');
    expect(content.equals(body)).toBe(true);
    expect(properties.headers).toMatchObject({
      'x-parked-reason': 'malformed_message',
      'x-parked-error': expect.stringContaining(problem) as string,
    });
    await expect.poll(() => ran, { timeout: 15_000 }).toEqual([next.taskId]);
    // Of a run that never was: it fails a task that nobody has begun, and no other.
    expect(events).toMatchObject([
      {
        kind: 'failed',
        taskId: good.taskId,
        taskType: 'person',
        run: 0,
        failure: { code: 'malformed_message' },
      },
    ]);
    await server.close();
    await vhost.expectReady({ [queue]: 0, 'photo_repair.parking': 0, 'photo_repair.expired': 0 });
  });

  it.each([70_000, 200_000])(
    'is parked with %i bytes of headers of which only small ones stay',
    async (bytes) => {
      const { events } = await startWorker(vhost, async () => ({ kind: 'done' }));
      // Over HTTP, since an AMQP client of ours refuses to send such headers.
      await vhost.api('POST', `/api/exchanges/${vhost.name}/photo_repair.work/publish`, {
        routing_key: 'person',
        payload: 'no json',
        payload_encoding: 'string',
        properties: { delivery_mode: 2, headers: { big: 'x'.repeat(bytes), small: 'kept', list: [1, 2] } },
      });
      const { properties } = await vhost.take('photo_repair.parking');
      expect(properties.headers).toMatchObject({ small: 'kept', 'x-parked-reason': 'malformed_message' });
      expect(properties.headers).not.toHaveProperty('big');
      // Without an id there is nobody to tell.
      expect(events).toEqual([]);
      await vhost.expectReady({ [queue]: 0, 'photo_repair.parking': 0 });
    },
  );

  it("does not stumble over another user's id or an expiry in the message", async () => {
    await startWorker(vhost, async () => ({ kind: 'done' }));
    await vhost.publish('photo_repair.work', 'person', Buffer.from('no json'), {
      // A publisher may only name itself, so this is the test's own user; the worker may log in as another.
      userId: new URL(inject('broker').amqpUrl).username,
      expiration: '60000',
      headers: { CC: ['somewhere'] },
    });
    const { properties } = await vhost.take('photo_repair.parking');
    expect(properties.expiration).toBeUndefined();
    expect(properties.userId).toBeUndefined();
    expect(properties.headers).not.toHaveProperty('CC');
  });
});
