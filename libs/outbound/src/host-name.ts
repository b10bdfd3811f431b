import { isIP } from 'node:net';

/** Of one network only: RFC 6761 (localhost), RFC 6762 (local), RFC 8375 (home.arpa), ICANN 2024 (internal). */
const LOCAL_SUFFIXES = ['localhost', 'local', 'internal', 'home.arpa'];

/** RFC 1035: 63 octets a label, 253 in all. An underscore is no host name's, but some real hosts have it. */
const LABEL = /^[a-z0-9_-]{1,63}$/;

/**
 * The host of a parsed http or https URL as rules and DNS are asked for it: an address without brackets, or a name
 * without the dot at its end. The URL parser has already made it lower case, punycode and, for every spelling of an
 * IPv4 address (octal, hexadecimal, one number, full-width digits), four decimal numbers. Null: no such name.
 */
export function hostOf(url: URL): string | null {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) !== 0) return host;
  return host.length <= 253 && host.split('.').every((label) => LABEL.test(label)) ? host : null;
}

/** Whether a name means something else in every network: such a one has to be allowed by its own name. */
export function isLocalName(name: string): boolean {
  if (isIP(name) !== 0) return false;
  return (
    !name.includes('.') || LOCAL_SUFFIXES.some((suffix) => name.endsWith(`.${suffix}`) || name === suffix)
  );
}
