import type { OperatorTaskView } from '@app/contracts';
import { resolve } from 'node:path';
import PQueue from 'p-queue';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { toMatch, type FilterFlags } from '../tasks/task-filter.js';
import { complain, say } from '../terminal.js';
import { ExportFolder } from './export-folder.js';
import { AlbumTitles, exportTask, type Exported } from './export-task.js';
import { PatientApi } from './patient-api.js';

const PAGE = '100';
const AT_ONCE = 4;
const TELL_EVERY = 100;

interface TaskPage {
  items: OperatorTaskView[];
  next_cursor: string | null;
}

/**
 * `photo-repair export`: photos with their results and all that is known of them, as files. The same again adds what is new
 * or has gone on.
 */
export async function exportTasks(
  target: string,
  flags: AdminFlags & FilterFlags & { json: boolean },
): Promise<void> {
  const api = new PatientApi(AdminApi.of(flags));
  const folder = new ExportFolder(resolve(target));
  await folder.prepare();
  const albums = new AlbumTitles(api);
  const counts: Record<Exported, number> = { exported: 0, there: 0, erased: 0, damaged: 0 };
  const damaged: string[] = [];
  const line = new PQueue({ concurrency: AT_ONCE });
  const failures: unknown[] = [];
  const one = async (id: string) => {
    const how = await exportTask(api, folder, id, albums);
    counts[how] += 1;
    if (how === 'damaged') damaged.push(id);
    if (!flags.json && how === 'exported' && counts.exported % TELL_EVERY === 0)
      say(`${counts.exported} photos`);
  };
  for await (const id of allIds(api, flags)) {
    await line.onSizeLessThan(AT_ONCE);
    if (failures.length > 0) break;
    line.add(() => one(id)).catch((error: unknown) => failures.push(error));
  }
  await line.onIdle();
  if (failures.length > 0) throw failures[0];
  if (flags.json) say(JSON.stringify({ folder: resolve(target), ...counts, damaged_ids: damaged }));
  else say(toLine(resolve(target), counts));
  if (damaged.length === 0) return;
  complain(`The store did not have these as they were stored:\n${damaged.map((id) => `  ${id}`).join('\n')}`);
  process.exitCode = 1;
}

/** Those that were discarded, too. */
async function* allIds(api: PatientApi, flags: FilterFlags): AsyncGenerator<string> {
  for (const discarded of ['false', 'true']) {
    let cursor: string | undefined;
    do {
      const params = { ...toMatch(flags), discarded, limit: PAGE, cursor };
      const page: TaskPage = await api.get<TaskPage>('tasks', params);
      for (const { id } of page.items) yield id;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}

function toLine(path: string, { exported, there, erased }: Record<Exported, number>): string {
  const more = [
    there > 0 ? `${there} were there already` : '',
    erased > 0 ? `${erased} were erased meanwhile` : '',
  ].filter(Boolean);
  return [`${exported} photos were exported to ${path}`, ...more].join('; ');
}
