import type { NewOperation, OperationKind, OperationView } from '@app/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { CliError } from '../cli-error.js';
import { toMatch, type FilterFlags } from '../tasks/task-filter.js';
import { say } from '../terminal.js';
import { operationLines } from './operation-lines.js';

/** What is chosen on the command line. */
export interface OperateFlags extends AdminFlags, FilterFlags {
  all: boolean;
  note?: string;
  yes: boolean;
  wait: boolean;
  json: boolean;
}

const LOOK_EVERY_MS = 1_000;
const WORDS: Record<OperationKind, string> = {
  retry: 'would be tried again, with all their attempts',
  discard: 'would be taken off the list of failed ones',
};

/** `photo-repair retry`, `photo-repair discard`: counts the photos that are meant, and does it where that was confirmed. */
export async function operate(
  kind: OperationKind,
  taskIds: readonly string[],
  flags: OperateFlags,
): Promise<void> {
  const api = AdminApi.of(flags);
  const { note } = flags;
  const asked: NewOperation = { kind, match: matchOf(taskIds, flags), ...(note !== undefined && { note }) };
  const { count } = await api.call<{ count: number }>('POST', 'operations', {
    params: { preview: true },
    data: asked,
  });
  if (!flags.yes) {
    if (flags.json) return say(JSON.stringify({ count }));
    return say(`${count} photos ${WORDS[kind]}. Nothing was done; say --yes to do it.`);
  }
  const begun = await api.call<OperationView>('POST', 'operations', {
    data: { ...asked, expected_count: count },
  });
  const operation = flags.wait ? await ended(api, begun) : begun;
  if (flags.json) return say(JSON.stringify(operation));
  for (const line of operationLines([operation])) say(line);
  if (operation.state === 'running') say(`How far it is: npx photo-repair operations ${operation.id}`);
}

/** `photo-repair operations`: what operators do to many photos, the newest first; one of them; or stops it. */
export async function showOperations(
  id: string | undefined,
  { limit, stop, json, ...flags }: AdminFlags & { limit: string; stop: boolean; json: boolean },
): Promise<void> {
  const api = AdminApi.of(flags);
  if (id === undefined) {
    if (stop) throw new CliError('Which operation is to be stopped? Name its id.');
    const page = await api.call<{ items: OperationView[] }>('GET', 'operations', { params: { limit } });
    if (json) return say(JSON.stringify(page));
    for (const line of operationLines(page.items)) say(line);
    return;
  }
  const path = `operations/${encodeURIComponent(id)}`;
  const operation = await api.call<OperationView>(stop ? 'DELETE' : 'GET', path);
  if (json) return say(JSON.stringify(operation));
  for (const line of operationLines([operation])) say(line);
}

/** @throws CliError where nothing says which ones, or two things do. */
export function matchOf(
  taskIds: readonly string[],
  flags: FilterFlags & { all: boolean },
): NewOperation['match'] {
  const match = toMatch(flags);
  const ways = [taskIds.length > 0, Object.keys(match).length > 0, flags.all].filter(Boolean).length;
  if (ways !== 1)
    throw new CliError('Which photos? Name their ids, or give a filter, or --all that have failed.');
  return taskIds.length > 0 ? { task_ids: [...taskIds] } : match;
}

async function ended(api: AdminApi, begun: OperationView): Promise<OperationView> {
  let operation = begun;
  while (operation.state === 'running') {
    await pause(LOOK_EVERY_MS);
    operation = await api.call<OperationView>('GET', `operations/${begun.id}`);
  }
  return operation;
}
