import { InvalidOutboundRule } from './outbound.errors.js';

/** The port that an entry of the rules names. @throws InvalidOutboundRule */
export function portIn(digits: string, entry: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65_535)
    throw new InvalidOutboundRule(`"${entry}" names no port between 1 and 65535`);
  return port;
}

/** The port that a request to this http or https URL goes to. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}
