import type { FailureGroupView, OperatorTaskDetailView, OperatorTaskView } from '@app/contracts';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { say } from '../terminal.js';
import { toMatch, type FilterFlags } from './task-filter.js';
import { failureLines, taskDetailLines, taskLines } from './task-lines.js';

const WHOLE_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

interface TaskPage {
  items: OperatorTaskView[];
  next_cursor: string | null;
}

/** `photo-repair tasks`: photos of everybody that match; with the whole id of one, all that is known of it. */
export async function showTasks(
  search: string | undefined,
  flags: AdminFlags & FilterFlags & { limit: string; cursor?: string; discarded?: boolean; json: boolean },
): Promise<void> {
  const { limit, cursor, discarded, json } = flags;
  const api = AdminApi.of(flags);
  const params = { ...toMatch({ ...flags, ...(search !== undefined && { search }) }), limit, cursor };
  const page = await api.call<TaskPage>('GET', 'tasks', {
    params: { ...params, ...(discarded === true && { discarded: 'true' }) },
  });
  const [only] = page.items;
  if (
    only !== undefined &&
    page.items.length === 1 &&
    only.id === search?.toLowerCase() &&
    WHOLE_ID.test(search)
  ) {
    const detail = await api.call<OperatorTaskDetailView>('GET', `tasks/${only.id}`);
    if (json) return say(JSON.stringify(detail));
    for (const line of taskDetailLines(detail)) say(line);
    return;
  }
  if (json) return say(JSON.stringify(page));
  for (const line of taskLines(page.items)) say(line);
  if (page.next_cursor === null) return;
  say();
  say(`The search goes on: --cursor ${page.next_cursor}`);
}

/** `photo-repair failures`: why photos have failed. */
export async function showFailures({
  from,
  to,
  type,
  json,
  ...flags
}: AdminFlags & Pick<FilterFlags, 'from' | 'to' | 'type'> & { json: boolean }): Promise<void> {
  const answer = await AdminApi.of(flags).call<{ groups: FailureGroupView[] }>('GET', 'failures', {
    params: { from, to, type },
  });
  if (json) return say(JSON.stringify(answer));
  for (const line of failureLines(answer.groups)) say(line);
}
