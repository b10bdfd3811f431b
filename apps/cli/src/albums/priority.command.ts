import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { CliError } from '../cli-error.js';
import { say } from '../terminal.js';

/** `photo-repair priority`: lets an album go before others, or after them. */
export async function setPriority(
  album: string,
  level: string,
  { note, json, ...flags }: AdminFlags & { note?: string; json: boolean },
): Promise<void> {
  if (!/^\d$/.test(level)) throw new CliError('A priority is a number from 0 (normal) to 9 (first).');
  const data = { priority: Number(level), note };
  const path = `albums/${encodeURIComponent(album)}/priority`;
  const answer = await AdminApi.of(flags).call<{ changed: number }>('PUT', path, { data });
  if (json) return say(JSON.stringify(answer));
  say(`${answer.changed} waiting photos of the album have priority ${level}; so will those that are added.`);
}
