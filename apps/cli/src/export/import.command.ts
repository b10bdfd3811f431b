import type { ExportedTask, ImportedTask } from '@app/contracts';
import { openAsBlob } from 'node:fs';
import { resolve } from 'node:path';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { ApiRefusal, ApiSilence } from '../api/api-errors.js';
import { CliError } from '../cli-error.js';
import { complain, say } from '../terminal.js';
import { ExportFolder } from './export-folder.js';
import { PatientApi } from './patient-api.js';

const TELL_EVERY = 100;

interface NotImported {
  source_id: string;
  reason: string;
}

/**
 * `photo-repair import`: brings exported photos in, the oldest first. The same again brings in those that were not. What is
 * wrong with one does not keep out the others.
 */
export async function importTasks(
  source: string,
  { owner, json, ...flags }: AdminFlags & { owner?: string; json: boolean },
): Promise<void> {
  const api = new PatientApi(AdminApi.of(flags));
  const folder = new ExportFolder(resolve(source));
  const imported: ImportedTask[] = [];
  const failed: NotImported[] = [];
  for (const id of await folder.ids()) {
    try {
      imported.push(await importTask(api, folder, id, owner));
    } catch (error) {
      if (!isOfOne(error)) throw error;
      failed.push({ source_id: id, reason: error.message });
    }
    const count = imported.length + failed.length;
    if (!json && count % TELL_EVERY === 0) say(`${count} photos`);
  }
  if (json) say(JSON.stringify({ imported, failed }));
  else say(toLine(imported));
  if (failed.length === 0) return;
  if (!json)
    complain(['Not brought in:', ...failed.map((one) => `  ${one.source_id}: ${one.reason}`)].join('\n'));
  process.exitCode = 1;
}

async function importTask(
  api: PatientApi,
  folder: ExportFolder,
  id: string,
  owner: string | undefined,
): Promise<ImportedTask> {
  const task = await folder.read(id);
  if (task === undefined) throw new CliError('Its file is gone.');
  return api.sendForm<ImportedTask>('imports', () => formOf(folder, task, owner));
}

/** The files are read as they go, never held as a whole. */
async function formOf(
  folder: ExportFolder,
  task: ExportedTask,
  owner: string | undefined,
): Promise<FormData> {
  const form = new FormData();
  if (owner !== undefined) form.set('owner_id', owner);
  form.set('task', new Blob([JSON.stringify(task)], { type: 'application/json' }), 'task.json');
  form.set('original', await open(folder.pathOf('originals', task.id, task.original)), task.filename);
  if (task.result !== null)
    form.set('result', await open(folder.pathOf('results', task.id, task.result)), 'result.png');
  return form;
}

async function open(path: string): Promise<Blob> {
  return openAsBlob(path).catch((cause: unknown) => {
    throw new CliError(`${path} is missing.`, { cause });
  });
}

/** What others would get too (no such key, a full disk, an API that is away) ends the whole. */
function isOfOne(error: unknown): error is CliError {
  if (error instanceof ApiSilence) return false;
  if (!(error instanceof ApiRefusal)) return error instanceof CliError;
  return error.status < 500 && error.code !== 'unauthorized' && error.code !== 'forbidden';
}

function toLine(imported: readonly ImportedTask[]): string {
  const here = imported.filter((one) => one.already_here).length;
  const first = `${imported.length - here} photos were brought in`;
  return here === 0 ? first : `${first}; ${here} were here already`;
}
