import { PAUSE_SCOPES, type PauseScope, type PauseView } from '@app/contracts';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { CliError } from '../cli-error.js';
import { say } from '../terminal.js';
import { pauseLines } from './pause-lines.js';

/** What is chosen on the command line. */
export interface PauseFlags extends AdminFlags {
  note?: string;
  json: boolean;
}

/** `photo-repair pause`: stops the intake, a task type or a worker; without anything named, says what is stopped. */
export async function pause(
  what: string | undefined,
  name: string | undefined,
  flags: PauseFlags,
): Promise<void> {
  const api = AdminApi.of(flags);
  if (what === undefined) return list(api, flags);
  const { note } = flags;
  const view = await api.call<PauseView>('PUT', pathOf(what, name), { data: { note } });
  if (flags.json) return say(JSON.stringify(view));
  for (const line of pauseLines([view])) say(line);
}

/** `photo-repair resume`: lets it go on. */
export async function resume(what: string, name: string | undefined, flags: PauseFlags): Promise<void> {
  const api = AdminApi.of(flags);
  await api.call('DELETE', pathOf(what, name));
  return list(api, flags);
}

async function list(api: AdminApi, { json }: PauseFlags): Promise<void> {
  const answer = await api.call<{ items: PauseView[] }>('GET', 'pauses');
  if (json) return say(JSON.stringify(answer));
  for (const line of pauseLines(answer.items)) say(line);
}

/** @throws CliError for what cannot be paused. */
export function pathOf(what: string, name: string | undefined): string {
  const scope = PAUSE_SCOPES.find((scope) => scope === what);
  if (scope === undefined) throw new CliError(`What? One of: intake, type NAME, worker NAME.`);
  if (scope === 'intake') {
    if (name !== undefined) throw new CliError('There is one intake; it has no name.');
    return 'pauses/intake';
  }
  if (name === undefined || name === '') throw new CliError(`Which ${scope}? Name it: ${scope} NAME.`);
  return `pauses/${FOLDERS[scope]}/${encodeURIComponent(name)}`;
}

const FOLDERS = { type: 'types', worker: 'workers' } as const satisfies Record<
  Exclude<PauseScope, 'intake'>,
  string
>;
