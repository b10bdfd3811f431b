import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import type { OutboundRoute } from './outbound-route.js';

/**
 * Node 20 gives each address but the last 250 ms before it tries the next (`autoSelectFamilyAttemptTimeout`), which a
 * far host with one dead address does not manage.
 */
const ADDRESS_ATTEMPT_MS = 1_000;

/**
 * Agents for one request. They connect to the judged addresses only: their lookup answers from the route, so DNS is
 * not asked a second time and cannot give another answer.
 *
 * request-filtering-agent (3.2.1) looks at the addresses once more on the way into the connection, by rules of its own;
 * for every one that is not public it has to be told by name. It cannot be the only judge: it knows no ports, passes
 * `::127.0.0.1` as ipaddr.js does, and prints a warning when an IPv4 network meets an IPv6 address, so it gets single
 * addresses.
 */
export function pinnedAgents(route: OutboundRoute): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const options = {
    keepAlive: false,
    lookup: pinnedLookup(route),
    allowIPAddressList: [...route.privateAddresses],
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  };
  return {
    httpAgent: new RequestFilteringHttpAgent(options),
    // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED cannot turn it off.
    httpsAgent: new RequestFilteringHttpsAgent({ ...options, rejectUnauthorized: true }),
  };
}

/** How request-filtering-agent says no: it has no error class. */
export function isAgentRefusal(error: unknown): boolean {
  return error instanceof Error && /^DNS lookup .* is not allowed/.test(error.message);
}

function pinnedLookup({ addresses }: OutboundRoute): LookupFunction {
  return (_name, { all }, callback) => {
    const [first] = addresses;
    process.nextTick(() => {
      if (!first) callback(new Error('a route without addresses'), []);
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };
}
