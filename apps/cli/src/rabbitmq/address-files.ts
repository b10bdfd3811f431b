import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedUser } from './broker-users.js';
import { INTAKE_VHOST, MAIN_VHOST } from './virtual-hosts.js';

/** What each program of ours reads from a file: the setting, without `_FILE`, and the virtual host that it logs in to. */
const ADDRESSES: Record<string, readonly (readonly [setting: string, vhost: string])[]> = {
  api: [
    ['amqp_url', MAIN_VHOST],
    ['amqp_intake_url', INTAKE_VHOST],
  ],
  worker: [['amqp_url', MAIN_VHOST]],
  bridge: [['amqp_url', MAIN_VHOST]],
  operator: [['amqp_url', MAIN_VHOST]],
};

/**
 * Writes the broker address of each of our own users, its password in it, to a file of its own: `api_amqp_url`,
 * `worker_amqp_url` and so on, for `AMQP_URL_FILE` and `AMQP_INTAKE_URL_FILE`. Nobody but the owner gets into the folder;
 * the files themselves are readable, since a container reads them as another user and its runtime mounts them one by one.
 * @returns their names.
 */
export function writeAddressFiles(
  folder: string,
  host: string,
  users: readonly Pick<PlannedUser & { password: string }, 'name' | 'password'>[],
): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return users.flatMap(({ name, password }) =>
    (ADDRESSES[name] ?? []).map(([setting, vhost]) => {
      const file = `${name}_${setting}`;
      const temporary = join(folder, `.${file}.${process.pid}`);
      writeFileSync(temporary, `amqp://${name}:${password}@${host}/${vhost}\n`, { mode: 0o444 });
      renameSync(temporary, join(folder, file));
      return file;
    }),
  );
}
