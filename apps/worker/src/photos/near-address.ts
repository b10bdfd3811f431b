import { BlockList, isIP } from 'node:net';

/** Addresses that are not routed on the internet (RFC 1918, RFC 4193, RFC 3927, RFC 4291) and those of this machine. */
const NEAR = new BlockList();
NEAR.addSubnet('127.0.0.0', 8);
NEAR.addSubnet('10.0.0.0', 8);
NEAR.addSubnet('172.16.0.0', 12);
NEAR.addSubnet('192.168.0.0', 16);
NEAR.addSubnet('169.254.0.0', 16);
NEAR.addAddress('::1', 'ipv6');
NEAR.addSubnet('fc00::', 7, 'ipv6');
NEAR.addSubnet('fe80::', 10, 'ipv6');

/** Ends of names that only a local network or a cluster knows (RFC 6761, RFC 6762, RFC 8375, Kubernetes). */
const NEAR_NAME = /^[^.]+$|\.(localhost|local|internal|home\.arpa|svc|svc\.cluster\.local)$/i;

/** True where bytes on the way to a URL are cheap: this machine, its network, a service of the same cluster. */
export function isNear(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? NEAR_NAME.test(host) : NEAR.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
