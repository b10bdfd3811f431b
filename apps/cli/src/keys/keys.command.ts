import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { say } from '../terminal.js';
import { keyLines } from './key-lines.js';
import { KeysApi } from './keys-api.js';
import { readNewKey, type NewKeyFlags } from './new-key.js';

/** `photo-repair keys create`: makes an API key and prints its token, this once. */
export async function createKey(name: string, flags: AdminFlags & NewKeyFlags): Promise<void> {
  const { id, token } = await connect(flags).create(readNewKey(name, flags));
  say(`API key ${id} for ${JSON.stringify(name)}. It is shown this once:`);
  say();
  say(token);
  say();
  say('Send it as the header  Authorization: Bearer <key>. End it with: npx photo-repair keys revoke <id>');
}

/** `photo-repair keys list`: all API keys, without their tokens. */
export async function listKeys(flags: AdminFlags): Promise<void> {
  for (const line of keyLines(await connect(flags).list(), Date.now())) say(line);
}

/** `photo-repair keys revoke`: ends an API key at once. */
export async function revokeKey(id: string, flags: AdminFlags): Promise<void> {
  await connect(flags).revoke(id);
  say(`API key ${id} opens nothing any more.`);
}

function connect(flags: AdminFlags): KeysApi {
  return new KeysApi(AdminApi.of(flags));
}
