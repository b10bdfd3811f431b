import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** Of IPv6, only this is given out for use on the Internet (IANA, "IPv6 Global Unicast Address Assignments"). */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address, as DNS or a parsed URL writes it, belongs to a machine on the Internet. Loopback, private,
 * carrier-grade NAT, link-local, multicast, reserved and documentation ranges do not, nor do the IPv6 ranges that
 * carry an IPv4 address (mapped, NAT64, 6to4, Teredo): they are refused whatever they carry.
 *
 * ipaddr.js 2.5.0 knows these ranges, but calls all that it does not know `unicast`; so `::127.0.0.1`, the
 * IPv4-compatible form (RFC 4291, 2.5.5.1), would pass without the second look.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6);
}
