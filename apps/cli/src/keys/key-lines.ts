import type { ApiKeyView } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = ['id', 'name', 'role', 'group', 'task types', 'priority', 'publisher', 'last seen', 'state'];

/** A table of API keys. */
export function keyLines(keys: readonly ApiKeyView[], now: number): string[] {
  const rows = keys.map((key) => [
    key.id,
    harmless(key.name),
    key.role,
    key.group ?? '-',
    key.allowed_types?.join(', ') ?? 'all',
    key.max_priority === 0 ? '0' : `0-${key.max_priority}`,
    publisherOf(key),
    key.last_seen_at.slice(0, 10),
    stateOf(key, now),
  ]);
  return layOut(HEAD, rows);
}

/** The RabbitMQ user whose messages are its own. */
function publisherOf({ amqp_user: user }: ApiKeyView): string {
  if (user === null) return '-';
  return user === '' ? '(nobody named)' : harmless(user);
}

function stateOf({ revoked_at, expires_at }: ApiKeyView, now: number): string {
  if (revoked_at !== null) return `revoked ${revoked_at.slice(0, 10)}`;
  if (expires_at === null) return 'valid';
  return `${Date.parse(expires_at) > now ? 'valid until' : 'expired'} ${expires_at.slice(0, 10)}`;
}
