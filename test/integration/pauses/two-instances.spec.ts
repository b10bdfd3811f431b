import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pauses } from '../../../apps/api/src/pauses/pauses.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { TcpRelay } from '../messaging/tcp-relay.js';
import { OperatorCalls, PERSON, PHOTO, submitMany } from './operator-calls.js';

const INGRESS = 'photo_repair_tasks';
const NEWS_MS = 15_000;

describe('pauses at two API instances on one PostgreSQL', () => {
  const vhost = withVhost();
  let postgres: PrivatePostgres;
  let relay: TcpRelay;
  let one: TestApi;
  let other: TestApi;

  beforeAll(async () => {
    postgres = await PrivatePostgres.start();
    relay = await TcpRelay.to(vhost.url);
    const settings = { DATABASE_URL: postgres.url };
    one = await TestApi.start({ ...settings, AMQP_URL: vhost.url });
    other = await TestApi.start({ ...settings, AMQP_URL: relay.url, DATA_DIR: one.dataDir });
    await one.session();
    other.cookie = one.cookie;
    await vi.waitFor(async () => expect([await one.ready(), await other.ready()]).toEqual([true, true]), {
      timeout: NEWS_MS,
    });
  });

  afterAll(async () => {
    await other.close();
    await one.remove();
    await relay.close();
    await postgres.stop();
  });

  it('hold at both, wherever they were said and taken back', async () => {
    const photo = await readFile(PHOTO);
    const [atOne, atOther] = [one, other].map((api) => new OperatorCalls(api.as('operator')));
    const ids = await submitMany(one, 3);
    await vhost.expectReady({ [PERSON]: 2 });
    await atOne!.pause('intake');
    await atOne!.pause('types/person');
    await vi.waitFor(async () => expect((await other.submit(photo)).status).toBe(503), { timeout: NEWS_MS });
    await vhost.expectReady({ [PERSON]: 0 });
    await vi.waitFor(
      async () =>
        expect(await other.task(ids[2]!)).toMatchObject({ delayed_by: 'paused', queue_position: 3 }),
      { timeout: NEWS_MS },
    );
    await vi.waitFor(async () => expect((await vhost.queue(INGRESS))?.consumers).toBe(0), {
      timeout: NEWS_MS,
    });
    expect(await atOther!.pauses()).toEqual(await atOne!.pauses());

    await atOther!.resume('types/person');
    await atOther!.resume('intake');
    const taken = [await vhost.take(PERSON), await vhost.take(PERSON)];
    expect(taken.map(({ properties }) => properties.messageId)).toEqual(ids.slice(0, 2));
    await vi.waitFor(async () => expect((await one.submit(photo)).status).toBe(202), { timeout: NEWS_MS });
    await vi.waitFor(async () => expect((await vhost.queue(INGRESS))?.consumers).toBe(2), {
      timeout: NEWS_MS,
    });
  });

  it('are heard of without RabbitMQ within seconds', async () => {
    relay.refuse();
    const operator = new OperatorCalls(one.as('operator'));
    await operator.pause('types/building');
    const isKnown = () => other.app.get(Pauses, { strict: false }).isTypePaused('building');
    await vi.waitFor(() => expect(isKnown()).toBe(true), { timeout: NEWS_MS });
    await operator.resume('types/building');
    await vi.waitFor(() => expect(isKnown()).toBe(false), { timeout: NEWS_MS });
  });
});
