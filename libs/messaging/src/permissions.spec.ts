import { describe, expect, it } from 'vitest';
import { EXCHANGE, QUEUE } from './names.js';
import { BROKER_ROLES, permissionsFor, type BrokerPermissions, type BrokerRoleName } from './permissions.js';
import { buildIntakeTopology, buildTopology } from './topology.js';

const ROLES = Object.keys(BROKER_ROLES) as BrokerRoleName[];
const whole = buildTopology(['person', 'black-and-white']);
const names = [...new Set([...whole.exchanges, ...whole.queues].map(({ name }) => name))];

/** Which of our own names a user may do it to. */
function allowed(role: BrokerRoleName, what: 'configure' | 'write' | 'read'): string[] {
  const pattern = new RegExp(permissionsFor(role, 'alice')[what]);
  return names.filter((name) => pattern.test(name)).sort();
}

describe('the permissions of', () => {
  it('the api reach everything', () => {
    const { configure, write, read } = permissionsFor('api', 'api');
    for (const { name } of [...buildIntakeTopology(['person']).queues, ...whole.exchanges, ...whole.queues]) {
      for (const pattern of [configure, write, read]) expect(name).toMatch(new RegExp(pattern));
    }
  });

  it.each(['worker', 'bridge', 'publisher', 'operator'] as const)('a %s make nothing of ours', (role) => {
    expect(allowed(role, 'configure')).toEqual([]);
  });

  it('a worker are its queues, and where what it does goes', () => {
    expect(allowed('worker', 'read')).toEqual([
      'photo_repair.control',
      'photo_repair.work.black-and-white',
      'photo_repair.work.person',
    ]);
    expect(allowed('worker', 'write')).toEqual([
      'photo_repair.control',
      'photo_repair.events',
      'photo_repair.parking',
      'photo_repair.retry_after.30s',
      'photo_repair.retry_after.5s',
      'photo_repair.work',
    ]);
    const short = new RegExp(BROKER_ROLES.worker.write);
    expect('photo_repair.retry_after.250ms').toMatch(short);
  });

  it('others than the api do not include the exchange without a name, which leads everywhere', () => {
    const can = ROLES.filter((role) => new RegExp(permissionsFor(role, 'alice').write).test('amq.default'));
    expect(can).toEqual(['api']);
  });

  it('a publisher are the entrance, the events, and queues in its name', () => {
    expect(allowed('publisher', 'write')).toEqual([EXCHANGE.tasks]);
    expect(allowed('publisher', 'read')).toEqual([EXCHANGE.taskEvents]);
    const { configure, read } = permissionsFor('publisher', 'alice');
    for (const own of ['reply.alice', 'reply.alice.1', 'events.alice.all', 'amq.gen-x']) {
      expect(own).toMatch(new RegExp(configure));
      expect(own).toMatch(new RegExp(read));
    }
    for (const other of [
      'reply.alicebob',
      'reply.bob',
      'xreply.alice',
      'reply.',
      QUEUE.ingress,
      'amq.direct',
    ]) {
      expect(other).not.toMatch(new RegExp(configure));
      expect(other).not.toMatch(new RegExp(read));
    }
  });

  it('nobody but the api, the bridge and operators let it vouch for others', () => {
    expect(ROLES.filter((role) => allowed(role, 'write').includes(EXCHANGE.vouched)).sort()).toEqual([
      'api',
      'bridge',
      'operator',
    ]);
  });

  it.each(['a.b', 'a|b', '.*', 'a$&', '(', '[', '\\'])(
    'a publisher called %s take that name literally',
    (name) => {
      const permissions: BrokerPermissions = permissionsFor('publisher', name);
      const [topic] = permissions.topics;
      expect(`reply.${name}.1`).toMatch(new RegExp(permissions.configure));
      expect('reply.axb.1').not.toMatch(new RegExp(permissions.configure));
      expect(`${name}.person.failed`).toMatch(new RegExp(topic!.read));
      expect('axb.person.failed').not.toMatch(new RegExp(topic!.read));
      expect(JSON.stringify(permissions)).not.toContain('{username}');
    },
  );
});
