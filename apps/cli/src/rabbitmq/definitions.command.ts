import { chmodSync, writeFileSync } from 'node:fs';
import { CliError } from '../cli-error.js';
import { readBrokerPasswords } from '../env.js';
import { complain, say } from '../terminal.js';
import { writeAddressFiles } from './address-files.js';
import { planUsers, type PlannedUser } from './broker-users.js';
import { toDefinitions } from './definitions.js';
import { SecretsFile } from './secrets-file.js';
import { INTAKE_VHOST, MAIN_VHOST } from './virtual-hosts.js';

/** It becomes a part of a URL. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i;

export interface DefinitionsFlags {
  publisher: string[];
  plainPublisher: string[];
  secrets?: string;
  out?: string;
  urlFiles?: string;
  /** The broker in those addresses, with its port. */
  host?: string;
}

/**
 * `photo-repair rabbitmq definitions`: the users, virtual hosts, permissions and policies of a RabbitMQ for us, as the
 * file that RabbitMQ loads. A password comes from its setting, else from the file of secrets, else it is made up and
 * written there; it is never printed. With `urlFiles` the addresses of our own programs go to that folder.
 * @throws CliError where a password is missing and there is no file to write a new one to, or the host is none.
 */
export function printDefinitions(flags: DefinitionsFlags): void {
  const { host = 'broker:5672' } = flags;
  if (!HOST.test(host)) throw new CliError('--host takes a name or an address, and a port: broker:5672');
  const planned = planUsers(flags.publisher, flags.plainPublisher);
  const secrets = flags.secrets === undefined ? undefined : new SecretsFile(flags.secrets);
  const settings = planned.map(({ setting }) => setting);
  const given = readBrokerPasswords(settings, secrets?.known);
  const missing = planned.filter(({ setting }) => given[setting] === undefined);
  if (secrets === undefined && missing.length > 0) throw new CliError(explainMissing(missing));
  const users = planned.map(({ setting, ...user }) => ({
    ...user,
    password: given[setting] ?? secrets?.add(setting) ?? '',
  }));
  if (secrets) {
    secrets.save();
    // On the error stream: the standard one has the definitions.
    const { added, path } = secrets;
    complain(
      added.length === 0 ? `The passwords are in ${path}.` : `New passwords in ${path}: ${added.join(', ')}`,
    );
  }
  if (flags.urlFiles !== undefined) {
    const files = writeAddressFiles(flags.urlFiles, host, users);
    complain(`The addresses, passwords in them, are in ${flags.urlFiles}: ${files.join(', ')}`);
  }
  const text = JSON.stringify(toDefinitions(users, [MAIN_VHOST, INTAKE_VHOST]), null, 2);
  if (flags.out === undefined) return say(text);
  writeFileSync(flags.out, `${text}\n`);
  // RabbitMQ reads it as another user, in a container too; it holds no password, only salted hashes.
  chmodSync(flags.out, 0o644);
  complain(`The definitions are in ${flags.out}.`);
}

function explainMissing(missing: readonly PlannedUser[]): string {
  const names = missing.map(({ setting }) => setting).join(', ');
  return `No password in ${names}. Set them, or let them be made up and written to a file: --secrets FILE`;
}
