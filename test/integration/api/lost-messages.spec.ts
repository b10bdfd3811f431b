import type { TaskView } from '@app/contracts';
import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LostMessages } from '../../../apps/api/src/line/lost-messages.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';

const PERSON = 'photo_repair.work.person';

describe('tasks whose messages somebody purged', () => {
  const vhost = withVhost();

  it('are handed to the broker again, less and less often', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const api = await TestApi.start({ AMQP_URL: vhost.url });
    onTestFinished(() => api.remove());
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.push(((await (await api.submit(photo)).json()) as TaskView).id);
    }
    await vhost.expectReady({ [PERSON]: 2 });
    const lost = api.app.get(LostMessages);
    expect(await lost.look(0)).toBe(0);
    const channel = await vhost.channel();
    onTestFinished(() => channel.close());
    await channel.purgeQueue(PERSON);

    expect(await lost.look(1_000)).toBe(0);
    expect(await lost.look(30_999)).toBe(0);
    expect(await lost.look(31_000)).toBe(2);
    await vhost.expectReady({ [PERSON]: 2 });
    const again = [await vhost.take(PERSON), await vhost.take(PERSON)];
    expect(again.map(({ properties }) => properties.messageId)).toEqual(ids.slice(0, 2));

    // As if a worker had them in hand: the next time is twice as far away.
    expect(await lost.look(40_000)).toBe(0);
    expect(await lost.look(99_999)).toBe(0);
    expect(await lost.look(100_000)).toBe(2);
    await vhost.expectReady({ [PERSON]: 2 });
    expect((await api.task(ids[2]!)).queue_position).toBe(3);
  });
});

describe('a task whose message alone was lost', () => {
  const vhost = withVhost();

  it('is missed although its queue is never empty: others that were handed over later lie in it', async () => {
    const photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    const api = await TestApi.start({ AMQP_URL: vhost.url });
    onTestFinished(() => api.remove());
    const ids: string[] = [];
    for (let count = 0; count < 2; count += 1) {
      ids.push(((await (await api.submit(photo)).json()) as TaskView).id);
    }
    await vhost.expectReady({ [PERSON]: 2 });
    const first = await vhost.take(PERSON);
    expect(first.properties.messageId).toBe(ids[0]);
    const lost = api.app.get(LostMessages);
    expect(await lost.look(0)).toBe(0);
    expect(await lost.look(30_000)).toBe(1);
    await vhost.expectReady({ [PERSON]: 2 });
    const now = [await vhost.take(PERSON), await vhost.take(PERSON)].map(
      ({ properties }) => properties.messageId,
    );
    expect(now).toEqual([ids[1], ids[0]]);
  });
});
