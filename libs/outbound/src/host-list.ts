import { isIP, isIPv6 } from 'node:net';
import { hostOf, isLocalName } from './host-name.js';
import { InvalidOutboundRule } from './outbound.errors.js';
import { portIn } from './port-number.js';

interface HostEntry {
  host: string;
  /** `*.host`: every name below it, at any depth, and not itself. */
  below: boolean;
  /** null: 80 and 443. */
  port: number | null;
}

/** The hosts that the operator lets requests reach. An empty list lets none. */
export class HostList {
  private readonly entries: readonly HostEntry[];

  /** @throws InvalidOutboundRule */
  constructor(entries: readonly string[]) {
    this.entries = entries.map(entryIn);
  }

  /** What of a request the list does not name: `host`, or the `port` of a host that it names; null: it names both. */
  refusal(host: string, port: number): 'host' | 'port' | null {
    const fitting = this.entries.filter((entry) => fits(entry, host));
    if (fitting.length === 0) return 'host';
    return fitting.some((entry) => (entry.port === null ? port === 80 || port === 443 : port === entry.port))
      ? null
      : 'port';
  }
}

function fits(entry: HostEntry, host: string): boolean {
  if (!entry.below) return entry.host === host;
  return isIP(host) === 0 && !isLocalName(host) && host.endsWith(`.${entry.host}`);
}

function entryIn(entry: string): HostEntry {
  const [, star, text = '', port] = /^(\*\.)?(.+?)(?::(\d+))?$/.exec(bracketed(entry.trim())) ?? [];
  // A colon is left only inside an address's brackets; the rest would be more of a URL than its host.
  const isHost = /^(\[[\da-fA-F:.]+\]|[^[\]:/\\?#@%\s*]+)$/.test(text);
  const host = isHost && URL.canParse(`http://${text}`) ? hostOf(new URL(`http://${text}`)) : null;
  if (host === null || (star !== undefined && isIP(host) !== 0)) {
    throw new InvalidOutboundRule(`"${entry}" is not a host, host:port or *.host`);
  }
  return { host, below: star !== undefined, port: port === undefined ? null : portIn(port, entry) };
}

function bracketed(text: string): string {
  return isIPv6(text) ? `[${text}]` : text;
}
