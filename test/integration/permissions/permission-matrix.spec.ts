import { buildTopology } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Attempts, type Answer } from './attempts.js';
import { RETRY_DELAYS_MS, TASK_TYPES, withBrokerCast } from './broker-cast.js';
import { EXCHANGES, MAY, ON_EXCHANGES, ON_QUEUES, QUEUES, type Operation } from './permission-table.js';

const cast = withBrokerCast();
const topology = buildTopology(TASK_TYPES, { retryDelaysMs: RETRY_DELAYS_MS });

it('is about every exchange and every queue that there is', () => {
  expect(Object.keys(EXCHANGES).toSorted()).toEqual(topology.exchanges.map(({ name }) => name).toSorted());
  expect(QUEUES.toSorted()).toEqual(topology.queues.map(({ name }) => name).toSorted());
});

describe.each(Object.keys(MAY) as (keyof typeof MAY)[])('%s, in our virtual host', (role) => {
  let user: Attempts;
  let administrator: Attempts;
  beforeAll(async () => {
    await cast.declareAll();
    [user, administrator] = await Promise.all([Attempts.as(cast.url(role)), Attempts.as(cast.administrator)]);
  });
  afterAll(() => Promise.all([user.close(), administrator.close()]));

  const on: Record<Operation, (name: string) => Promise<Answer>> = {
    publish: (name) => user.publish(name, EXCHANGES[name]?.key ?? 'photo_repair.work.person'),
    declareExchange: (name) => user.declareExchange(name, EXCHANGES[name]?.type ?? ''),
    deleteExchange: (name) => user.deleteExchange(name),
    get: (name) => user.get(name),
    consume: (name) => user.consume(name),
    purge: (name) => user.purge(name),
    declareQueue: (name) =>
      user.declareQueue(name, {
        durable: true,
        arguments: { ...topology.queues.find((queue) => queue.name === name)?.arguments },
      }),
    deleteQueue: async (name) => {
      await administrator.publish('', name);
      return user.deleteQueue(name);
    },
  };
  /** Whoever may delete is told that there are messages, or bindings, in the way. */
  const allowed = (operation: Operation, name: string): Answer =>
    operation === 'deleteQueue' || (operation === 'deleteExchange' && hasBindings(name)) ? 406 : 'ok';
  const hasBindings = (name: string) => topology.bindings.some(({ exchange }) => exchange === name);

  const cases = [
    ...ON_EXCHANGES.flatMap((operation) =>
      (operation === 'publish' ? ['', ...Object.keys(EXCHANGES)] : Object.keys(EXCHANGES)).map((name) => ({
        operation,
        name,
      })),
    ),
    ...ON_QUEUES.flatMap((operation) => QUEUES.map((name) => ({ operation, name }))),
  ].map(({ operation, name }) => ({
    operation,
    name,
    answer: MAY[role][operation]?.includes(name) ? allowed(operation, name) : 403,
  }));

  it.each(cases)('$operation "$name": $answer', async ({ operation, name, answer }) => {
    expect(await on[operation](name)).toBe(answer);
  });
});
