import type { ApiKeyView } from '@app/contracts';
import type { OwnerRow } from '../database/schema.js';
import { toIso } from './iso-time.js';

/** An API key as operators see it; its token is nowhere. */
export function toKeyView(row: OwnerRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    group: row.group_name,
    allowed_types: row.allowed_types === null ? null : (JSON.parse(row.allowed_types) as string[]),
    max_priority: row.max_priority,
    quota_bytes: row.quota_bytes,
    requests_per_minute: row.requests_per_minute,
    amqp_user: row.amqp_user,
    used_bytes: row.used_bytes,
    created_at: toIso(row.created_at),
    last_seen_at: toIso(row.seen_at),
    expires_at: toIso(row.expires_at),
    revoked_at: toIso(row.revoked_at),
  };
}
