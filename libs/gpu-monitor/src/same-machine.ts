import { isIPv4 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/**
 * Whether an engine's URL names this machine, so that `nvidia-smi` here sees its card: a loopback name, an address of this
 * machine, or its own name. Asks no name server. It cannot see through a tunnel from this machine to another.
 */
export function isOnThisMachine(url: string): boolean {
  const host = new URL(url).hostname.replaceAll(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost') || (isIPv4(host) && host.startsWith('127.')))
    return true;
  if (host === hostname().toLowerCase()) return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address.toLowerCase() === host),
  );
}
