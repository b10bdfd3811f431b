import type { Cause } from './cause.js';
import type { Situation } from './situation.js';

/** What RabbitMQ refuses, and not a network in between. */
const REFUSALS: readonly (string | null)[] = ['auth', 'vhost', 'certificate', 'not_amqp'];

/** RabbitMQ is away, lets nobody in, or takes nothing. One for each address, however many connections lead there. */
export function brokerCauses({ broker }: Pick<Situation, 'broker'>): Cause[] {
  return [...new Set(broker.map(({ address }) => address))].flatMap((address): Cause[] => {
    const connections = broker.filter((connection) => connection.address === address);
    const away = connections.find(({ state }) => state === 'connecting' || state === 'closed');
    if (away !== undefined) {
      const code = REFUSALS.includes(away.problemCode) ? 'broker_refused' : 'broker_unreachable';
      return [{ code, ...about(address, away.problem) }];
    }
    const blocked = connections.find(({ state }) => state === 'blocked');
    return blocked === undefined ? [] : [{ code: 'broker_blocked', ...about(address, blocked.problem) }];
  });
}

/** It lets us in, and what it has there is not what messages need. */
export function topologyCauses({ topology }: Pick<Situation, 'topology'>): Cause[] {
  return topology
    .filter((problem) => problem !== null)
    .map((detail) => ({ code: 'queue_unusable', subject: null, since: null, detail }));
}

function about(address: string, problem: string | null) {
  return { subject: null, since: null, detail: problem === null ? address : `${address}: ${problem}` };
}
