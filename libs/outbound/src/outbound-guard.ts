import { isIP, type LookupFunction } from 'node:net';
import { withDeadline } from './deadline.js';
import { HostList } from './host-list.js';
import { lookupAll } from './host-lookup.js';
import { hostOf } from './host-name.js';
import type { OutboundRoute } from './outbound-route.js';
import { UrlNotAllowed } from './outbound.errors.js';
import { portOf } from './port-number.js';
import { PrivateAddresses } from './private-addresses.js';
import { isPublicAddress } from './public-address.js';

/** What proxies and browsers commonly carry; longer ones are data, not addresses. */
const MAX_URL_LENGTH = 2048;

/** The system's resolver gives a server 5 s (resolv.conf, `timeout`); a caller of `resolve` waits for one. */
const RESOLVE_TIMEOUT_MS = 5_000;

/** Where requests may go. All three are read once, when the guard is made. */
export interface OutboundRules {
  /**
   * `host` and `*.host` (every name below it, not itself) for ports 80 and 443; `host:port` and `*.host:port` for that
   * port only. An address is a host, too (`192.0.2.1`, `[::1]:9000`). Empty: no request may go anywhere.
   */
  hosts: readonly string[];
  /**
   * Addresses or networks that may be reached although they are not public, each with or without a port:
   * `127.0.0.1:8099`, `10.1.0.0/16`, `10.1.0.0/16:8080`, `[::1]:9000`. The host has to be on `hosts` all the same.
   */
  privateAddresses: readonly string[];
  /** Whether `http:` may be used as well as `https:`. */
  allowHttp: boolean;
}

/**
 * Judges the addresses that strangers name. Make one per set of rules, at the start of the process; it keeps nothing
 * between calls. `judge` answers at once and is for the moment a URL is given; `resolve` asks DNS as well. Neither
 * replaces the judgement at the time of a request, which `fetchToFile` and `postJson` do themselves.
 * @throws InvalidOutboundRule where an entry of the rules cannot be read.
 */
export class OutboundGuard {
  private readonly hosts: HostList;
  private readonly privateAddresses: PrivateAddresses;
  private readonly allowHttp: boolean;
  private readonly lookup: LookupFunction | undefined;

  constructor(rules: OutboundRules, options: { lookup?: LookupFunction | undefined } = {}) {
    this.hosts = new HostList(rules.hosts);
    this.privateAddresses = new PrivateAddresses(rules.privateAddresses);
    this.allowHttp = rules.allowHttp;
    this.lookup = options.lookup;
  }

  /**
   * All that can be said without DNS: length (2048 characters, as given and as encoded), scheme, credentials, host, port, and the address where
   * the host is one. Gives the URL as it will be requested: without fragment, the host without a dot at its end.
   * @throws UrlNotAllowed
   */
  judge(url: string): URL {
    const parsed = this.parse(url);
    const host = hostOf(parsed);
    if (host === null) throw new UrlNotAllowed('malformed', 'The URL names no host.');
    const port = portOf(parsed);
    const refusal = this.hosts.refusal(host, port);
    if (refusal === 'host') throw new UrlNotAllowed('host', `Requests to ${host} are not allowed.`);
    if (refusal === 'port')
      throw new UrlNotAllowed('port', `Requests to ${host} on port ${port} are not allowed.`);
    if (isIP(host) === 0) parsed.hostname = host;
    else if (!this.mayReach(host, port))
      throw new UrlNotAllowed('address', `${host} is not a public address.`);
    parsed.hash = '';
    return parsed;
  }

  /**
   * `judge`, and every address that DNS gives for the host: one that may not be reached refuses them all. Within 5 s.
   * @throws UrlNotAllowed
   * @throws UrlUnreachable where DNS has no answer
   */
  async resolve(url: string): Promise<void> {
    const { host } = this.judge(url);
    await withDeadline({ timeoutMs: RESOLVE_TIMEOUT_MS, host }, (signal) => this.route(url, signal));
  }

  /** As `resolve`, ended by the signal, and tells the addresses. A connection has to go to one of these. */
  async route(url: string, signal: AbortSignal): Promise<OutboundRoute> {
    const judged = this.judge(url);
    const host = hostOf(judged) ?? '';
    const port = portOf(judged);
    const family = isIP(host);
    const addresses = family === 0 ? await lookupAll(host, signal, this.lookup) : [{ address: host, family }];
    if (!addresses.every(({ address }) => this.mayReach(address, port))) {
      throw new UrlNotAllowed('address', `${host} does not lead to public addresses only.`);
    }
    const privateAddresses = addresses.map(({ address }) => address).filter((one) => !isPublicAddress(one));
    return { url: judged, addresses, privateAddresses };
  }

  private mayReach(address: string, port: number): boolean {
    return isPublicAddress(address) || this.privateAddresses.has(address, port);
  }

  private parse(url: string): URL {
    if (url.length > MAX_URL_LENGTH) throw tooLong();
    if (!URL.canParse(url)) throw new UrlNotAllowed('malformed', 'This is not a URL.');
    const parsed = new URL(url);
    // Nine characters for one of Chinese: what is sent is the encoded form.
    if (parsed.href.length > MAX_URL_LENGTH) throw tooLong();
    if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && this.allowHttp)) {
      const schemes = this.allowHttp ? 'http and https' : 'https';
      throw new UrlNotAllowed('scheme', `Only ${schemes} URLs are allowed.`);
    }
    if (parsed.username !== '' || parsed.password !== '') {
      throw new UrlNotAllowed('credentials', 'A URL may not carry a user name or a password.');
    }
    return parsed;
  }
}

function tooLong(): UrlNotAllowed {
  return new UrlNotAllowed('too_long', `The URL is longer than ${MAX_URL_LENGTH} characters.`);
}
