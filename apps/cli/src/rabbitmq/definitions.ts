import { ENTRANCE_POLICIES, type BrokerPermissions } from '@app/messaging';
import { HASHING_ALGORITHM, hashPassword } from './password-hash.js';

/** What one user of RabbitMQ may do, and where. */
export interface DefinedUser {
  name: string;
  password: string;
  tags: readonly string[];
  /** By virtual host; in every other one it may not even log in. */
  permissions: Readonly<Record<string, BrokerPermissions>>;
}

/** RabbitMQ's definitions file, version 3.10 to 4.x, as far as we use it (its handbook, "Schema Definitions"). */
export interface Definitions {
  users: { name: string; password_hash: string; hashing_algorithm: string; tags: readonly string[] }[];
  vhosts: { name: string }[];
  permissions: { user: string; vhost: string; configure: string; write: string; read: string }[];
  topic_permissions: { user: string; vhost: string; exchange: string; write: string; read: string }[];
  policies: {
    vhost: string;
    name: string;
    pattern: string;
    'apply-to': 'exchanges' | 'queues';
    definition: Readonly<Record<string, string | number>>;
    priority: number;
  }[];
}

/** Everything that a user may want to do in a virtual host. */
export const EVERYTHING: BrokerPermissions = { configure: '.*', write: '.*', read: '.*', topics: [] };

/**
 * The definitions of these users and virtual hosts; each host has the entrance of other systems, so each gets its
 * policies. Importing them replaces the password, the tags and the permissions that a user of that name has, and takes
 * nothing away that they do not name: not a user, not a virtual host, not a permission elsewhere.
 */
export function toDefinitions(users: readonly DefinedUser[], vhosts: readonly string[]): Definitions {
  const rights = users.flatMap(({ name: user, permissions }) =>
    Object.entries(permissions).map(([vhost, { topics, ...patterns }]) => ({
      user,
      vhost,
      topics,
      patterns,
    })),
  );
  return {
    users: users.map(({ name, password, tags }) => ({
      name,
      password_hash: hashPassword(password),
      hashing_algorithm: HASHING_ALGORITHM,
      tags: [...tags],
    })),
    vhosts: vhosts.map((name) => ({ name })),
    permissions: rights.map(({ user, vhost, patterns }) => ({ user, vhost, ...patterns })),
    topic_permissions: rights.flatMap(({ user, vhost, topics }) =>
      topics.map((topic) => ({ user, vhost, ...topic })),
    ),
    policies: vhosts.flatMap((vhost) =>
      ENTRANCE_POLICIES.map(({ name, pattern, applyTo, definition }) => ({
        vhost,
        name,
        pattern,
        'apply-to': applyTo,
        definition,
        priority: 0,
      })),
    ),
  };
}
