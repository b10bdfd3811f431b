import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** What the Standard Webhooks specification 1.0.0 asks of a symmetric secret. */
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;
const NEW_BYTES = 32;
/** So long after a rotation both sides may use either: receivers are not all changed at one moment. */
export const OLD_SECRET_MS = 24 * 60 * 60 * 1000;
/** Each one is a signature in the header of every delivery. */
const MOST_SECRETS = 10;

/** A secret of an owner, which signs what is sent to it. */
export interface WebhookSecret {
  /** `whsec_` and base64. */
  secret: string;
  /** Epoch milliseconds; null for the one that is current. */
  validUntil: number | null;
}

export function newWebhookSecret(): string {
  return PREFIX + randomBytes(NEW_BYTES).toString('base64');
}

/** Whether it is `whsec_` and 24 to 64 bytes in base64, padded as base64 is. */
export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false;
  const encoded = text.slice(PREFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  const isCanonical = bytes.toString('base64') === encoded;
  return isCanonical && bytes.length >= FEWEST_BYTES && bytes.length <= MOST_BYTES;
}

/** What an owner's column holds, the newest first. */
export function readSecrets(json: string | null): WebhookSecret[] {
  return json === null ? [] : (JSON.parse(json) as WebhookSecret[]);
}

/** Those that sign at that moment, the current one first; `installation` where an owner has none of its own. */
export function validSecrets(json: string | null, installation: string, now = Date.now()): string[] {
  const own = readSecrets(json).filter(({ validUntil }) => validUntil === null || validUntil > now);
  return own.length === 0 ? [installation] : own.map(({ secret }) => secret);
}

/** The column after a rotation: what was valid goes on signing beside the new one for a while. */
export function rotate(
  json: string | null,
  installation: string,
  secret: string,
  now = Date.now(),
): WebhookSecret[] {
  const before = readSecrets(json);
  const old = before.length === 0 ? [{ secret: installation, validUntil: null }] : before;
  const kept = old
    .map((each) => ({ ...each, validUntil: each.validUntil ?? now + OLD_SECRET_MS }))
    .filter((each) => each.validUntil > now && each.secret !== secret);
  return [{ secret, validUntil: null }, ...kept].slice(0, MOST_SECRETS);
}
