import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import { InvalidOutboundRule } from './outbound.errors.js';
import { portIn } from './port-number.js';

interface PrivateNetwork {
  base: ipaddr.IPv4 | ipaddr.IPv6;
  prefix: number;
  /** null: every port. */
  port: number | null;
}

/** `10.1.0.0/16`, `10.1.0.0/16:8080`, `::1`, `[::1]:9000`, `[fd00::/8]:9000`: the address part, then the port. */
const SHAPES = [
  /^\[([^\]]+)\](?::(\d+))?$/,
  /^([\d.]+(?:\/\d+)?)(?::(\d+))?$/,
  /^([\da-fA-F:.]+(?:\/\d+)?)()$/,
];

/** What the operator lets requests reach although it is not public: addresses or networks, with or without a port. */
export class PrivateAddresses {
  private readonly networks: readonly PrivateNetwork[];

  /** @throws InvalidOutboundRule */
  constructor(entries: readonly string[]) {
    this.networks = entries.map(networkIn);
  }

  /** An IPv4 entry never lets its IPv6 spelling (`::ffff:127.0.0.1`) pass. */
  has(address: string, port: number): boolean {
    if (isIP(address) === 0) return false;
    const parsed = ipaddr.parse(address);
    return this.networks.some(
      (network) =>
        (network.port === null || network.port === port) &&
        network.base.kind() === parsed.kind() &&
        parsed.match(network.base, network.prefix),
    );
  }
}

function networkIn(entry: string): PrivateNetwork {
  const [, text = '', port] = SHAPES.map((shape) => shape.exec(entry.trim())).find((found) => found) ?? [];
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const width = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? width : Number(bits);
  if (version === 0 || rest.length > 0 || !/^\d{0,3}$/.test(bits ?? '') || bits === '' || prefix > width) {
    throw new InvalidOutboundRule(`"${entry}" is not an address or network, with or without a port`);
  }
  return { base: ipaddr.parse(address), prefix, port: port ? portIn(port, entry) : null };
}
