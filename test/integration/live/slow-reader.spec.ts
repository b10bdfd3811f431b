import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { Socket } from 'node:net';
import type { TaskRow } from '../../../apps/api/src/database/schema.js';
import { LiveDesk } from '../../../apps/api/src/live/live-desk.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { LiveApi, topicOf } from './live-api.js';
import { Watcher } from './watcher.js';

/** Ten thousand steps are stored one after the other, which takes its time on a busy machine. */
const PHOTOS = 600;
const MOST_BYTES = 1024 * 1024;

describe('a client that does not read', () => {
  const vhost = withVhost();
  let live: LiveApi;
  let owner: string;

  beforeAll(async () => {
    live = new LiveApi(await TestApi.start({ AMQP_URL: vhost.url, RATE_LIMIT: '0' }));
    owner = await live.ownerOf(live.api);
  });

  afterAll(() => live.api.remove());

  /** What the process keeps for clients, beside what the kernel does. */
  const unsent = () =>
    [...live.api.app.get(LiveDesk, { strict: false }).subscribers].reduce(
      (sum, { unsentBytes }) => sum + unsentBytes,
      0,
    );

  /** The connection below a WebSocket of the package `ws`: a client has no other way not to read. */
  const connectionOf = (socket: WebSocket) => (socket as unknown as { _socket: Socket })._socket;

  it('costs a bounded piece of memory, holds up nobody, and is told everything once it reads', async () => {
    const album = await live.album(owner);
    const topic = topicOf('album', album.id);
    const rows: TaskRow[] = [];
    for (let count = 0; count < PHOTOS; count += 1) rows.push(await live.task(owner, album.id));
    const headers = await live.api.headers();
    const [slow, fast] = [await Watcher.open(live.url, headers), await Watcher.open(live.url, headers)];
    const [slowState, fastState] = [slow.follow(topic), fast.follow(topic)];
    await fast.until(() => expect(fastState.tasks.size).toBe(PHOTOS));
    await slow.until(() => expect(slowState.tasks.size).toBe(PHOTOS));
    connectionOf(slow.socket).pause();
    let most = 0;
    for (let run = 1; run <= 8; run += 1) {
      for (const row of rows) {
        await live.tell(row, 'started', run);
        await live.tell(row, 'requeued', run);
        most = Math.max(most, unsent());
      }
    }
    const steps = PHOTOS * 16;
    await fast.until(
      () => expect(fastState.tasks.get(rows.at(-1)!.id)!.seq).toBeGreaterThanOrEqual(17),
      30_000,
    );
    const told = slow.of('step').length;
    expect(told).toBeLessThan(steps);
    expect(most).toBeGreaterThan(64 * 1024);
    expect(most).toBeLessThan(MOST_BYTES);
    connectionOf(slow.socket).resume();
    await slow.until(
      () =>
        expect([...slowState.tasks].map(([id, { seq, status }]) => [id, seq, status])).toEqual(
          [...fastState.tasks].map(([id, { seq, status }]) => [id, seq, status]),
        ),
      30_000,
    );
    expect([slowState.gap, fastState.gap]).toEqual([false, false]);
    expect(slow.of('step').length).toBeLessThan(steps);
  });
});
