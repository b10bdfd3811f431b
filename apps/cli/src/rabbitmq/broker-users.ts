import { BROKER_ROLES, permissionsFor, type BrokerRoleName } from '@app/messaging';
import { CliError } from '../cli-error.js';
import { EVERYTHING, type DefinedUser } from './definitions.js';
import { INTAKE_VHOST, MAIN_VHOST } from './virtual-hosts.js';

/** Our own users; each is named after its role. */
const OWN_USERS = ['api', 'worker', 'bridge', 'operator'] as const;
/** The name is a part of queue names and, up to its first dot, of routing keys, so it has none. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A user without its password, and the setting that holds it. */
export interface PlannedUser extends Omit<DefinedUser, 'password'> {
  setting: string;
}

/**
 * All users of a broker: our own, `publishers`, who may only hand in tasks and hear of them, and `plainPublishers`, who
 * may do everything in the virtual host of other systems, and nothing elsewhere.
 * @throws CliError for a name that cannot be one, is taken, or shares its setting with another.
 */
export function planUsers(publishers: readonly string[], plainPublishers: readonly string[]): PlannedUser[] {
  const users = [
    ...OWN_USERS.map((name) => user(name, name, settingOf(name))),
    ...publishers.map((name) => user(name, 'publisher', settingOf(`publisher-${name}`))),
    ...plainPublishers.map((name) => ({
      name,
      tags: [],
      permissions: { [INTAKE_VHOST]: EVERYTHING },
      setting: settingOf(`publisher-${name}`),
    })),
  ];
  for (const name of [...publishers, ...plainPublishers]) {
    if (!NAME.test(name)) {
      throw new CliError(`"${name}" cannot be a publisher's name: 1 to 64 letters, digits, - and _ can.`);
    }
    if (name === 'guest')
      throw new CliError('"guest" is the user that everybody knows; choose another name.');
  }
  const doubled = users.find(
    (one, index) =>
      users.findIndex((other) => other.name === one.name || other.setting === one.setting) < index,
  );
  if (doubled) {
    throw new CliError(
      `There are two users for "${doubled.name}" (${doubled.setting}). Choose another name for one.`,
    );
  }
  return users;
}

function user(name: string, role: BrokerRoleName, setting: string): PlannedUser {
  const { vhosts, tags } = BROKER_ROLES[role];
  const rights = permissionsFor(role, name);
  const names = vhosts.map((vhost) => (vhost === 'main' ? MAIN_VHOST : INTAKE_VHOST));
  return { name, tags, permissions: Object.fromEntries(names.map((vhost) => [vhost, rights])), setting };
}

/** `RABBITMQ_API_PASSWORD`, `RABBITMQ_PUBLISHER_PHOTO_SHOP_PASSWORD`. */
function settingOf(name: string): string {
  return `RABBITMQ_${name.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
}
