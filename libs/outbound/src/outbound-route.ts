import type { LookupAddress } from 'node:dns';

/** A judged URL and the judged addresses of its host: the only ones that a connection may go to. */
export interface OutboundRoute {
  url: URL;
  addresses: readonly LookupAddress[];
  /** Those of `addresses` that are not public and are reached because the operator said so. */
  privateAddresses: readonly string[];
}
