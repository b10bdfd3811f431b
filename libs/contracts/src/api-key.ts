/** What an API key may see and do beyond what is its own: nothing, look at everything, do everything. */
export const KEY_ROLES = ['user', 'viewer', 'operator'] as const;
/** One of `KEY_ROLES`. */
export type KeyRole = (typeof KEY_ROLES)[number];

/** An API key as operators see it. Times are ISO 8601 in UTC. */
export interface ApiKeyView {
  id: string;
  name: string;
  role: KeyRole;
  /** Which workflows it gets under the names of task types (`ApiKeyGroupView`). */
  group: string | null;
  /** The task types that it may ask for; null for all. */
  allowed_types: string[] | null;
  /** The highest priority that it may ask for, 0 to 9. */
  max_priority: number;
  /** How many bytes of originals it may keep at once; null for as many as there is room for. */
  quota_bytes: number | null;
  /** Null where the installation's own limit holds. */
  requests_per_minute: number | null;
  /** The RabbitMQ user whose messages are this key's; null for none. */
  amqp_user: string | null;
  /** Bytes of originals that it keeps now. */
  used_bytes: number;
  created_at: string;
  /** Exact to the hour. */
  last_seen_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

/** A new API key; the token is shown this once. */
export interface NewApiKeyView extends ApiKeyView {
  token: string;
}

/** The task type that a group of API keys gets under the name of another one. */
export interface ApiKeyGroupView {
  name: string;
  task_types: Record<string, string>;
}
