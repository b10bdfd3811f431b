import { probeBroker } from '@app/messaging';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Attempts, type Answer } from './attempts.js';
import { withBrokerCast, type Role } from './broker-cast.js';

const cast = withBrokerCast();
const EVENTS = 'photo_repair.task_events';
const INGRESS = 'photo_repair_tasks';

/** `shop` and `rival` in what is tried stand for the names of these users. */
const named = (text: string) => text.replace(/\b(shop|rival)\b/g, (role) => cast.nameOf(role as Role));

interface Trial {
  who: Role;
  what: string;
  answer: Answer;
  attempt: (user: Attempts) => Promise<Answer>;
}
const trial = (who: Role, what: string, answer: Answer, attempt: Trial['attempt']): Trial => ({
  who,
  what,
  answer,
  attempt,
});

/** Makes a queue `reply.shop.trap` whose dead letters go there. */
const trap = (exchange: string) => (user: Attempts) =>
  user.declareQueue(named('reply.shop.trap'), {
    durable: true,
    arguments: {
      'x-message-ttl': 1,
      'x-dead-letter-exchange': exchange,
      'x-dead-letter-routing-key': 'photo_repair.work.person',
    },
  });

const IN_OURS: Trial[] = [
  // Whose message it is, the broker itself makes sure of.
  trial('shop', 'publish as itself', 'ok', (user) =>
    user.publish(INGRESS, 'person', { userId: named('shop') }),
  ),
  trial('shop', 'publish as nobody', 'ok', (user) => user.publish(INGRESS, 'person')),
  trial('shop', 'publish as rival', 406, (user) =>
    user.publish(INGRESS, 'person', { userId: named('rival') }),
  ),
  trial('shop', 'publish as guest', 406, (user) => user.publish(INGRESS, 'person', { userId: 'guest' })),
  trial('api', 'publish as shop', 406, (user) =>
    user.publish('photo_repair.work', 'person', { userId: named('shop') }),
  ),
  trial('shop', 'copy a message to a work queue by CC', 'ok', (user) =>
    user.publish(INGRESS, 'nowhere', { headers: { CC: ['photo_repair.work.person'] } }),
  ),

  // Events: one's own alone.
  ...['shop.#', 'shop.person.succeeded', 'shop.*.failed'].map((key) =>
    trial('shop', `listen to events of ${key}`, 'ok', (user) => user.listen(EVENTS, named(key))),
  ),
  ...['rival.#', '#', '', '*.person.succeeded', 'shopping.#', 'shop#', 'x.shop.#'].map((key) =>
    trial('shop', `listen to events of '${key}'`, 403, (user) => user.listen(EVENTS, named(key))),
  ),
  ...[
    'photo_repair.events',
    'photo_repair.control',
    'photo_repair.work',
    'photo_repair.parking',
    INGRESS,
  ].map((exchange) => trial('shop', `listen to ${exchange}`, 403, (user) => user.listen(exchange, '#'))),

  // Queues: one's own alone.
  ...['reply.shop', 'reply.shop.desk-1', 'events.shop'].map((queue) =>
    trial('shop', `declare ${queue}`, 'ok', (user) => user.declareQueue(named(queue))),
  ),
  ...['reply.rival', 'reply.rival.x', 'reply.shopping', 'events.rival', 'mine', 'amq.gen-mine'].map((queue) =>
    trial('shop', `declare ${queue}`, 403, (user) => user.declareQueue(named(queue))),
  ),
  trial('shop', 'publish to its own queue past the exchanges', 403, (user) =>
    user.publish('', named('reply.shop')),
  ),
  trial('shop', 'read its own queue', 'ok', (user) => user.get(named('reply.shop'))),
  trial('rival', 'read the queue of shop', 403, (user) => user.get(named('reply.shop'))),
  trial('rival', 'consume from the queue of shop', 403, (user) => user.consume(named('reply.shop'))),
  trial('rival', 'purge the queue of shop', 403, (user) => user.purge(named('reply.shop'))),
  trial('rival', 'delete the queue of shop', 403, (user) => user.deleteQueue(named('reply.shop'))),
  trial('rival', 'bind the queue of shop to its own events', 403, (user) =>
    user.bind(named('reply.shop'), EVENTS, named('rival.#')),
  ),
  trial('worker', 'read the queue of shop', 403, (user) => user.get(named('reply.shop'))),
  trial('bridge', 'read the queue of shop', 403, (user) => user.get(named('reply.shop'))),

  // What the broker does in somebody's name needs the same permission.
  ...['', 'photo_repair.work', 'photo_repair.vouched', 'photo_repair.events'].map((exchange) =>
    trial('shop', `let dead letters go to '${exchange}'`, 403, trap(exchange)),
  ),
  trial('shop', 'let dead letters go to the entrance', 'ok', trap(INGRESS)),
  trial('shop', 'make an exchange that hands on to the workers', 403, (user) =>
    user.declareExchange(named('reply.shop.x'), 'direct', { alternateExchange: 'photo_repair.work' }),
  ),
  trial('shop', 'lead the entrance to the workers', 403, (user) =>
    user.bindExchange('photo_repair.work', INGRESS, 'person'),
  ),
  trial('shop', 'lead its own events to the workers', 403, (user) =>
    user.bindExchange('photo_repair.work', EVENTS, named('shop.#')),
  ),
  trial('shop', 'bind a work queue to its own events', 403, (user) =>
    user.bind('photo_repair.work.person', EVENTS, named('shop.#')),
  ),
  trial('shop', 'bind the entrance to another exchange', 403, (user) =>
    user.bind(INGRESS, 'photo_repair.work', 'person'),
  ),
  trial('shop', 'take the entrance off its exchange', 403, (user) => user.unbind(INGRESS, INGRESS, 'person')),
  // Queue and exchange share this name, and permissions know names only. It gains what it could publish anyway.
  trial('shop', 'bind the entrance to its own events', 'ok', (user) =>
    user.bind(INGRESS, EVENTS, named('shop.#')),
  ),
  trial('shop', 'take it off again', 'ok', (user) => user.unbind(INGRESS, EVENTS, named('shop.#'))),

  // Outcomes are told by workers alone, and what the API tells by the API.
  trial('worker', 'tell a result', 'ok', (user) => user.publish('photo_repair.events', 'state.person')),
  trial('worker', 'tell progress', 'ok', (user) => user.publish('photo_repair.events', 'progress.person')),
  trial('worker', 'tell what the API tells', 403, (user) =>
    user.publish('photo_repair.events', 'changed.person'),
  ),
  trial('worker', 'tell the public', 403, (user) => user.publish(EVENTS, named('shop.person.succeeded'))),
  trial('worker', 'hear what everybody is told', 'ok', (user) => user.listen('photo_repair.control', '')),
  trial('worker', 'hear what other workers tell', 403, (user) => user.listen('photo_repair.events', '#')),
  trial('worker', 'bind a work queue to what everybody is told', 403, (user) =>
    user.bind('photo_repair.work.person', 'photo_repair.control', ''),
  ),
  trial('worker', 'make a queue', 403, (user) => user.declareQueue('photo_repair.work.mine')),
  trial('bridge', 'make a queue that the broker names', 403, (user) =>
    user.listen('photo_repair.control', ''),
  ),
  trial('bridge', 'tell a result', 403, (user) => user.publish('photo_repair.events', 'state.person')),
  trial('operator', 'tell a result', 403, (user) => user.publish('photo_repair.events', 'state.person')),
  trial('operator', 'make a queue that the broker names', 403, (user) => user.listen(EVENTS, '#')),
];

const IN_INTAKE: Trial[] = [
  trial('plain', 'declare the plain queue', 'ok', (user) => user.declareQueue(INGRESS)),
  trial('plain', 'publish to it as an unchanged program does', 'ok', (user) => user.publish('', INGRESS)),
  trial('plain', 'publish as shop', 406, (user) => user.publish('', INGRESS, { userId: named('shop') })),
  trial('plain', 'declare it with other arguments', 406, (user) =>
    user.declareQueue(INGRESS, { durable: true, arguments: { 'x-max-length': 10 } }),
  ),
  trial('plain', 'declare it for this run of the broker alone', 406, (user) =>
    user.declareQueue(INGRESS, { durable: false }),
  ),
  trial('plain', 'declare a queue of its own', 'ok', (user) => user.declareQueue('answers')),
  trial('plain', 'read it', 'ok', (user) => user.get('answers')),
  trial('plain', 'delete it', 'ok', (user) => user.deleteQueue('answers')),
  trial('shop', 'publish to the exchange', 'ok', (user) => user.publish(INGRESS, 'person')),
  trial('shop', 'publish to the plain queue', 403, (user) => user.publish('', INGRESS)),
  trial('shop', 'declare the plain queue', 403, (user) => user.declareQueue(INGRESS)),
  trial('shop', 'read the plain queue', 403, (user) => user.get(INGRESS)),
  trial('shop', 'purge the plain queue', 403, (user) => user.purge(INGRESS)),
  trial('shop', 'delete the plain queue', 403, (user) => user.deleteQueue(INGRESS)),
  trial('shop', 'hear of its own tasks', 'ok', (user) => user.listen(EVENTS, named('shop.#'))),
  trial('shop', "hear of rival's", 403, (user) => user.listen(EVENTS, named('rival.#'))),
  trial('api', 'answer in a queue of somebody else', 'ok', (user) => user.publish('', 'answers')),
  trial('api', 'tell the public', 'ok', (user) => user.publish(EVENTS, named('shop.person.succeeded'))),
  trial('api', 'read the plain queue', 'ok', (user) => user.get(INGRESS)),
  trial('api', 'declare a queue of somebody else', 403, (user) => user.declareQueue('answers')),
];

beforeAll(() => cast.declareAll());

describe.each([
  ['main', IN_OURS],
  ['intake', IN_INTAKE],
] as const)('in the virtual host %s', (vhost, trials) => {
  const users = new Map<Role, Attempts>();
  beforeAll(async () => {
    for (const who of new Set(trials.map((one) => one.who)))
      users.set(who, await Attempts.as(cast.url(who, vhost)));
  });
  afterAll(async () => {
    for (const user of users.values()) await user.close();
  });

  it.each(trials)('$who may $what: $answer', async ({ who, attempt, answer }) => {
    expect(await attempt(users.get(who)!)).toBe(answer);
  });
});

it('has let nothing through to the workers', async () => {
  expect(await cast.main.queue('photo_repair.work.person')).toMatchObject({ ready: 0 });
  expect(await cast.main.queue('photo_repair.vouched')).toMatchObject({ ready: 0 });
});

describe('whom it lets in', () => {
  it.each([
    ['api', 'main', true],
    ['api', 'intake', true],
    ['worker', 'main', true],
    ['worker', 'intake', false],
    ['bridge', 'main', true],
    ['bridge', 'intake', false],
    ['operator', 'main', true],
    ['operator', 'intake', true],
    ['shop', 'main', true],
    ['shop', 'intake', true],
    ['plain', 'main', false],
    ['plain', 'intake', true],
  ] as const)('%s in %s: %s', async (role, vhost, ok) => {
    const answer = await probeBroker(cast.url(role, vhost), 30_000);
    expect(answer).toMatchObject(ok ? { ok } : { ok, code: 'vhost' });
  });

  it('nobody with the password of another', async () => {
    const url = new URL(cast.url('shop'));
    url.password = new URL(cast.url('rival')).password;
    expect(await probeBroker(url.href, 30_000)).toMatchObject({ ok: false, code: 'auth' });
  });
});

describe('the management page', () => {
  const ask = async (role: Role, method: string, path: string, body?: unknown) => {
    const { origin } = new URL(inject('broker').managementUrl);
    const { username, password } = new URL(cast.url(role));
    const headers = { authorization: `Basic ${btoa(`${username}:${password}`)}` };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return (await fetch(`${origin}/api/${path}`, { method, headers, ...content })).status;
  };

  it('shows itself to the operator alone', async () => {
    expect(await ask('operator', 'GET', 'overview')).toBe(200);
    for (const role of ['api', 'worker', 'bridge', 'shop', 'plain'] as const) {
      expect(await ask(role, 'GET', 'overview')).toBe(401);
    }
  });

  it('lets the operator change neither users nor rights nor policies', async () => {
    const { name } = cast.main;
    const rights = { configure: '.*', write: '.*', read: '.*' };
    const operator = cast.nameOf('operator');
    expect(await ask('operator', 'PUT', `permissions/${name}/${operator}`, rights)).toBe(401);
    expect(await ask('operator', 'PUT', `users/${operator}`, { password: 'x', tags: 'administrator' })).toBe(
      401,
    );
    expect(
      await ask('operator', 'PUT', `policies/${name}/mine`, {
        pattern: '.*',
        definition: { 'max-length': 1 },
      }),
    ).toBe(401);
  });
});
