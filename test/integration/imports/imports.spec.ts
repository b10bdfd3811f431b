import type {
  ExportedTask,
  ImportedTask,
  NewApiKeyView,
  OperatorTaskDetailView,
  TaskView,
} from '@app/contracts';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { FinishedTasksStore } from '../../../apps/api/src/estimates/finished-tasks.store.js';
import type { TaskChange } from '../../../apps/api/src/tasks/task-step.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { eventOf } from '../api/sample-tasks.js';
import { exportedForm } from './sample-export.js';
import { commandLine, photoOf, SmallSystem, type Ended } from '../backup/small-system.js';

const there = withVhost();
const here = withVhost();

const NOBODY = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

async function run(api: TestApi, args: readonly string[]): Promise<Ended> {
  const where = ['--url', api.url, '--key', api.operatorKey];
  return commandLine([...args, ...where], { DATA_DIR: api.dataDir });
}

async function importAll(api: TestApi, folder: string, more: string[] = []) {
  const { code, out, errors } = await run(api, ['import', folder, '--json', ...more]);
  const said = JSON.parse(out) as {
    imported: ImportedTask[];
    failed: { source_id: string; reason: string }[];
  };
  return { code, errors, ...said };
}

async function detail(api: TestApi, id: string): Promise<OperatorTaskDetailView> {
  return (await (await api.as('operator').fetch(`/v1/admin/tasks/${id}`)).json()) as OperatorTaskDetailView;
}

async function bytes(api: TestApi, path: string): Promise<Buffer> {
  const answer = await api.as('operator').fetch(path);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

/** How many tasks there are. */
async function count(api: TestApi): Promise<number> {
  return (await api.app.get<Database>(DATABASE).selectFrom('tasks').select('id').execute()).length;
}

const stepsOf = ({ timeline }: OperatorTaskDetailView) =>
  timeline.map(({ step, status, at, attempt, by, gpu, reason }) => ({
    step,
    status,
    at,
    attempt,
    by,
    gpu,
    reason,
  }));

it('moves photos to another installation: what was done is done there, what was not is done', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-export-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const old = await SmallSystem.start({ AMQP_URL: there.url });
  const { api } = old;
  const album = (await (await api.send('POST', '/v1/albums', { title: '奶奶的相册' })).json()) as {
    id: string;
  };
  const intoAlbum = async (index: number) => {
    const form = new FormData();
    form.set('type', 'person');
    form.set('client_ref', `box ${index}`);
    form.set('image', new Blob([new Uint8Array(await photoOf(index))]), `page-${index}.png`);
    const answer = await api.fetch(`/v1/albums/${album.id}/tasks`, { method: 'POST', body: form });
    return ((await answer.json()) as { items: { task: TaskView }[] }).items[0]!.task.id;
  };
  const done = [await intoAlbum(0), await intoAlbum(1)];
  await old.untilAllEnded(done);
  old.engine.colouriser.hold();
  const running = await intoAlbum(2);
  await vi.waitFor(async () => expect(await old.stateOf(running)).toBe('running'), { timeout: 20_000 });
  const [waiting, stopped, broken] = await old.submit(3, 3);
  expect((await api.cancel(stopped!)).status).toBe(200);
  const store = api.app.get(TasksStore);
  const failure = { code: 'out_of_memory', message: 'no \u001B[2J memory' } as const;
  await store.apply({
    ...eventOf({ id: broken!, type: 'person' }, 'failed'),
    kind: 'failed',
    failure,
  } as TaskChange);
  const ids = [...done, running, waiting!, stopped!, broken!];

  const first = await run(api, ['export', folder, '--state', 'succeeded']);
  expect(first).toMatchObject({ code: 0, errors: '' });
  expect(first.out).toContain('2 photos were exported');
  const all = await run(api, ['export', folder]);
  expect(all.out).toContain('4 photos were exported');
  expect(all.out).toContain('2 were there already');
  expect((await readdir(join(folder, 'tasks'))).sort()).toEqual(ids.map((id) => `${id}.json`).sort());
  expect(await readdir(join(folder, 'results'))).toHaveLength(2);
  const before = new Map<string, OperatorTaskDetailView>();
  for (const id of ids) before.set(id, await detail(api, id));
  const results = await Promise.all(done.map((id) => old.resultOf(id)));
  await old.destroy();

  const postgres = await PrivatePostgres.start();
  onTestFinished(() => postgres.stop());
  const fresh = await SmallSystem.start({
    AMQP_URL: here.url,
    DATABASE_URL: await postgres.newDatabase('here'),
  });
  onTestFinished(() => fresh.destroy());
  const key = await newKey(fresh.api);
  const museum = fresh.api.as(key.token);
  const brought = await importAll(fresh.api, folder, ['--owner', key.id]);
  expect(brought).toMatchObject({ code: 0, failed: [] });
  const newIds = new Map(brought.imported.map(({ source_id, id }) => [source_id, id]));
  expect([...newIds.keys()].sort()).toEqual([...ids].sort());
  const moved = [...newIds.values()];
  await fresh.untilAllEnded(moved);

  for (const [index, id] of done.entries()) {
    const was = before.get(id)!;
    const is = await detail(fresh.api, newIds.get(id)!);
    expect(is.task).toMatchObject({
      status: 'succeeded',
      client_ref: was.task.client_ref,
      filename: was.task.filename,
      parameters: was.task.parameters,
      engine: was.task.engine,
      attempts: was.task.attempts,
      created_at: was.task.created_at,
      finished_at: was.task.finished_at,
    });
    expect(is.owner.name).toBe('museum');
    expect(stepsOf(is).slice(0, -1)).toEqual(stepsOf(was));
    expect(stepsOf(is).at(-1)).toMatchObject({ step: 'imported', status: 'succeeded', by: 'api' });
    expect(await bytes(fresh.api, is.task.urls.result)).toEqual(results[index]);
    expect(await bytes(fresh.api, is.task.urls.original)).toEqual(await photoOf(index));
    await bytes(fresh.api, is.task.urls.thumbnail);
  }
  // What had not ended was done here, once; what had was not.
  expect(fresh.engine.colouriser.calls).toBe(2);
  for (const id of [running, waiting!]) expect(await fresh.stateOf(newIds.get(id)!)).toBe('succeeded');
  expect(await fresh.stateOf(newIds.get(stopped!)!)).toBe('cancelled');
  const failed = await detail(fresh.api, newIds.get(broken!)!);
  expect(failed.task).toMatchObject({ status: 'failed', error: { code: 'out_of_memory' } });

  // One album again, in its order, with numbers that have no gaps.
  const albumHere = (await detail(fresh.api, newIds.get(done[0]!)!)).task.album_id!;
  const shown = await (await museum.fetch(`/v1/albums/${albumHere}`)).json();
  expect(shown).toMatchObject({ title: '奶奶的相册', counts: { total: 3, succeeded: 3 } });
  const listed = (await (await museum.fetch(`/v1/albums/${albumHere}/tasks`)).json()) as {
    items: TaskView[];
  };
  expect(listed.items.map(({ id }) => id)).toEqual([...done, running].map((id) => newIds.get(id)));

  // The owner may go on with them.
  expect((await museum.fetch(`/v1/tasks/${newIds.get(broken!)!}/retry`, { method: 'POST' })).status).toBe(
    200,
  );
  await fresh.untilAllEnded(moved);
  expect(await fresh.ends(newIds.get(broken!)!)).toEqual(['failed', 'failed', 'succeeded']);

  // They say nothing of how fast the engines are here.
  const measured = await fresh.api.app.get(FinishedTasksStore).latest('person', 100);
  expect(new Set(measured.map(({ id }) => id))).toEqual(
    new Set([running, waiting!, broken!].map((id) => newIds.get(id))),
  );
  expect(await count(fresh.api)).toBe(6);

  const again = await importAll(fresh.api, folder, ['--owner', key.id]);
  expect(again).toMatchObject({ code: 0, failed: [] });
  expect(again.imported.every(({ already_here }) => already_here)).toBe(true);
  expect(new Map(again.imported.map(({ source_id, id }) => [source_id, id]))).toEqual(newIds);
  expect(await count(fresh.api)).toBe(6);

  const audit = (await (await fresh.api.as('operator').fetch('/v1/admin/audit?limit=100')).json()) as {
    items: { act: string; subject: string }[];
  };
  const acts = audit.items.filter(({ act }) => act === 'task_imported');
  expect(acts.map(({ subject }) => subject).sort()).toEqual(moved.toSorted());
  await here.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.parking': 0 });
});

it('brings in nothing that is not what it says, and leaves nothing of it behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'photo-repair-export-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const system = await SmallSystem.start({ AMQP_URL: here.url });
  onTestFinished(() => system.destroy());
  const { api } = system;
  const ids = await system.submit(2);
  await system.untilAllEnded(ids);
  expect((await run(api, ['export', folder])).code).toBe(0);
  const pathOf = (id: string) => join(folder, 'tasks', `${id}.json`);
  const good = JSON.parse(await readFile(pathOf(ids[0]!), 'utf8')) as ExportedTask;
  const files = async () =>
    (await readdir(join(api.dataDir, 'artifacts'), { recursive: true }))
      .filter((name) => /\.(png|jpg|part)$/.test(name))
      .sort();
  const filesBefore = await files();

  const original = await photoOf(0);
  const result = await system.resultOf(ids[0]!);
  const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
  const text = Buffer.from('hello');
  const send = async (
    task: unknown,
    photo: Buffer | null,
    coloured: Buffer | null,
    fields: Record<string, string> = {},
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('task', new Blob([typeof task === 'string' ? task : JSON.stringify(task)]), 'task.json');
    if (photo) form.set('original', new Blob([new Uint8Array(photo)]), 'a.png');
    if (coloured) form.set('result', new Blob([new Uint8Array(coloured)]), 'b.png');
    return api.as('operator').fetch('/v1/admin/imports', { method: 'POST', body: form });
  };
  const other = { ...good, id: NOBODY };
  const cases: [string, Promise<Response>, number, string, string?][] = [
    ['no JSON', send('{', original, result), 400, 'invalid_request'],
    ['a name twice', send('{"id": 1, "id": 2}', original, result), 400, 'invalid_request'],
    [
      'another version',
      send({ ...other, version: 2 }, original, result),
      422,
      'invalid_request',
      '/task/version',
    ],
    [
      'a state that is none',
      send({ ...other, status: 'lost' }, original, result),
      422,
      'invalid_request',
      '/task/status',
    ],
    [
      'a success without a result',
      send({ ...other, result: null }, original, null),
      422,
      'invalid_request',
      '/task/result',
    ],
    ['no photo', send(other, null, result), 400, 'invalid_request', '/original'],
    ['no result', send(other, original, null), 400, 'invalid_request', '/result'],
    ['another photo', send(other, await photoOf(9), result), 422, 'invalid_request', '/original'],
    ['another result', send(other, original, await photoOf(9)), 422, 'invalid_request', '/result'],
    ['nobody', send(other, original, result, { owner_id: NOBODY }), 422, 'invalid_request', '/owner_id'],
    [
      'a photo that is none',
      send({ ...other, original: { ...good.original, sha256: sha256(text) } }, text, result),
      415,
      'unsupported_format',
    ],
    [
      'a result that is none',
      send({ ...other, result: { ...good.result, sha256: sha256(text) } }, original, text),
      415,
      'unsupported_format',
    ],
    [
      'a kind that is not done here',
      send({ ...other, status: 'queued', type: 'horses', result: null, engine: null }, original, null),
      422,
      'unknown_task_type',
      '/type',
    ],
  ];
  for (const [what, asked, status, code, pointer] of cases) {
    const answer = await asked;
    const problem = (await answer.json()) as { code: string; errors?: { pointer: string }[] };
    expect({
      what,
      status: answer.status,
      code: problem.code,
      pointer: problem.errors?.[0]?.pointer,
    }).toEqual({
      what,
      status,
      code,
      pointer,
    });
  }
  expect(await files()).toEqual(filesBefore);
  expect(await readdir(join(api.dataDir, 'incoming'))).toEqual([]);
  expect(await count(api)).toBe(2);

  // The other photos of a folder are brought in.
  await writeFile(pathOf(ids[1]!), '{}');
  const partly = await importAll(api, folder);
  expect(partly.code).toBe(1);
  expect(partly.imported).toMatchObject([{ source_id: ids[0], status: 'succeeded', already_here: false }]);
  expect(partly.failed).toMatchObject([
    { source_id: ids[1], reason: expect.stringContaining('is not the file') as string },
  ]);
  // Under the same id there is one photo.
  const elsewhere = { ...good, original: { ...good.original, sha256: sha256(await photoOf(9)) } };
  expect((await send(elsewhere, await photoOf(9), result)).status).toBe(422);
  // Two at once are one.
  const [one, two] = await Promise.all([send(other, original, result), send(other, original, result)]);
  expect(new Set([one.status, two.status])).toEqual(new Set([200, 201]));
  expect(await count(api)).toBe(4);
});

it('counts what was brought in as being there, not as work of this system', async () => {
  const api = await TestApi.start({ AMQP_URL: here.url });
  onTestFinished(() => api.remove());
  const body = exportedForm(await photoOf(0));
  expect((await api.as('operator').fetch('/v1/admin/imports', { method: 'POST', body })).status).toBe(201);
  const metrics = await (await fetch(`${api.url}/metrics`)).text();
  expect(metrics).toMatch(/^photo_repair_tasks_in_state\{type="person",state="cancelled"\} 1$/m);
  expect(metrics).toMatch(/^photo_repair_tasks_finished_total\{type="person",outcome="cancelled"\} 0$/m);
  expect(metrics).toMatch(/^photo_repair_tasks_submitted_total\{type="person",channel="http"\} 0$/m);
});

async function newKey(api: TestApi): Promise<NewApiKeyView> {
  const answer = await api.as('operator').send('POST', '/v1/admin/keys', { name: 'museum' });
  return (await answer.json()) as NewApiKeyView;
}
