import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { makeAlbum, problemOf } from './album-api.js';
import { addEnded, toNewTask } from './finished-album.js';

const run = promisify(execFile);
const NAMES = ['奶奶.jpg', 'a.jpg', 'a.jpg', '=1+1.jpg'];

describe('What is taken home of an album', () => {
  let api: TestApi;
  let owner: TestCaller;
  let albumId: string;
  let taskIds: string[];
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-home-'));
    api = await TestApi.start({ AMQP_URL: 'amqp://127.0.0.1:1' });
    owner = api.visitor();
    albumId = (await makeAlbum(owner, '1953')).id;
    const albums = api.app.get<Database>(DATABASE).selectFrom('albums').select('owner_id');
    const { owner_id: ownerId } = await albums.where('id', '=', albumId).executeTakeFirstOrThrow();
    taskIds = [];
    for (const filename of NAMES) {
      const task = toNewTask(ownerId, albumId, { filename, clientRef: `box ${taskIds.length}` });
      taskIds.push((await addEnded(api, task, randomBytes(100))).id);
    }
    const bad = toNewTask(ownerId, albumId, { filename: 'bad.jpg' });
    taskIds.push((await addEnded(api, bad, { code: 'out_of_memory', message: 'x' })).id);
  });
  afterAll(async () => {
    await api.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const path = (file: string) => `/v1/albums/${albumId}/${file}`;
  const form = (values: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(values) });

  async function unpack(response: Response, file: string[] = []): Promise<string> {
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const zip = join(folder, `${uuidv7()}.zip`);
    await writeFile(zip, Buffer.from(await response.arrayBuffer()));
    const { stdout } = await run('unzip', file.length === 0 ? ['-Z1', zip] : ['-p', zip, ...file]);
    return stdout;
  }

  it('has the list of all photos on its own, as it is in the zip', async () => {
    const response = await owner.fetch(path('manifest.csv'));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringContaining('attachment; filename="1953.csv"') as string,
      'cache-control': 'private, no-store',
    });
    const list = Buffer.from(await response.arrayBuffer()).toString('utf8');
    expect(list.split('\r\n')).toEqual([
      '\uFEFFclient_ref,filename,status,error_code,result',
      'box 0,奶奶.jpg,succeeded,,奶奶_restored.png',
      'box 1,a.jpg,succeeded,,a_restored.png',
      'box 2,a.jpg,succeeded,,a_restored (2).png',
      `box 3,"'=1+1.jpg",succeeded,,"'=1+1_restored.png"`,
      ',bad.jpg,failed,out_of_memory,',
      '',
    ]);
    expect(await unpack(await owner.fetch(path('results.zip')), ['manifest.csv'])).toBe(list);
  });

  it('is shown to whoever may look, and to nobody else', async () => {
    const made = await owner.send('POST', path('links'), { access: 'view' });
    const guest = api.as(((await made.json()) as { token: string }).token);
    expect((await guest.fetch(path('manifest.csv'))).status).toBe(200);
    expect((await guest.fetch(path('results.zip'), form({ task_ids: taskIds[0]! }))).status).toBe(200);
    expect((await api.visitor().fetch(path('manifest.csv'))).status).toBe(404);
    expect((await api.visitor().fetch(path('results.zip'), form({ task_ids: taskIds[0]! }))).status).toBe(
      404,
    );
  });

  it('is what was chosen, by a plain form or JSON', async () => {
    const chosen = [taskIds[0]!, taskIds[2]!.toUpperCase(), taskIds[4]!];
    const names = ['奶奶_restored.png', 'a_restored.png', 'manifest.csv', ''];
    const byForm = await owner.fetch(path('results.zip'), form({ task_ids: chosen.join(',') }));
    expect(byForm.headers.get('content-disposition')).toContain('attachment; filename="1953.zip"');
    expect((await unpack(byForm)).split('\n')).toEqual(names);
    const byJson = await owner.send('POST', path('results.zip'), { task_ids: chosen });
    const manifest = await unpack(byJson, ['manifest.csv']);
    expect(manifest.split('\r\n').map((line) => line.split(',')[1])).toEqual([
      'filename',
      '奶奶.jpg',
      'a.jpg',
      'bad.jpg',
      undefined,
    ]);
    const all = await owner.fetch(path('results.zip'), form({}));
    expect((await unpack(all)).split('\n')).toHaveLength(6);
  });

  it('takes a thousand ids', async () => {
    const many = [...Array.from({ length: 1000 }, () => uuidv7()), taskIds[1]!];
    const response = await owner.fetch(path('results.zip'), form({ task_ids: many.join(',') }));
    expect((await unpack(response)).split('\n')).toEqual(['a_restored.png', 'manifest.csv', '']);
  });

  it.each<[string, RequestInit, number, string]>([
    ['no ids', form({ task_ids: 'x,y' }), 422, 'invalid_request'],
    ['an empty list', form({ task_ids: '' }), 422, 'invalid_request'],
    ['another field', form({ ids: 'x' }), 400, 'invalid_request'],
    [
      'a field twice',
      { method: 'POST', body: new URLSearchParams('task_ids=a&task_ids=b') },
      400,
      'invalid_request',
    ],
    ['too much', form({ task_ids: 'x'.repeat(200_000) }), 413, 'request_too_large'],
    ['photos of nobody', form({ task_ids: uuidv7() }), 409, 'not_ready'],
  ])('is refused for %s', async (_what, init, status, code) => {
    const response = await owner.fetch(path('results.zip'), init);
    expect([response.status, (await problemOf(response)).code]).toEqual([status, code]);
  });

  it('is not given to a page of another site', async () => {
    const init = { ...form({ task_ids: taskIds[0]! }), headers: { origin: 'https://evil.example' } };
    const response = await owner.fetch(path('results.zip'), init);
    expect([response.status, (await problemOf(response)).code]).toEqual([403, 'foreign_site']);
  });
});
