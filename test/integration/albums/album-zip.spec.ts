import type { ArtifactRef } from '@app/contracts';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { link, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AlbumZip } from '../../../apps/api/src/albums/album-zip.js';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database } from '../../../apps/api/src/database/schema.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';
import { makeAlbum, problemOf } from './album-api.js';
import { addEnded, toNewTask } from './finished-album.js';

const run = promisify(execFile);
const MB = 1024 * 1024;

/** Lists a zip with Python's own reader: names as any program sees them, flags, sizes. */
const LIST = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.compress_type, i.file_size] for i in z.infolist()]))`;

describe('The results of an album as a zip', () => {
  const vhost = withVhost();
  let api: TestApi;
  let owner: TestCaller;
  let ownerId: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-zip-'));
    api = await TestApi.start({ AMQP_URL: vhost.url });
    owner = api.visitor();
    ownerId = await ownerOf(await makeAlbum(owner));
  });
  afterAll(async () => {
    await api.remove();
    await rm(folder, { recursive: true, force: true });
  });

  async function ownerOf({ id }: { id: string }): Promise<string> {
    const albums = api.app.get<Database>(DATABASE).selectFrom('albums').select('owner_id');
    return (await albums.where('id', '=', id).executeTakeFirstOrThrow()).owner_id;
  }

  async function download(albumId: string): Promise<{ path: string; response: Response }> {
    const response = await owner.fetch(`/v1/albums/${albumId}/results.zip`);
    expect(response.status).toBe(200);
    const path = join(folder, `${albumId}.zip`);
    await writeFile(path, Buffer.from(await response.arrayBuffer()));
    return { path, response };
  }

  const openResults = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes(join(api.dataDir, 'artifacts/results'));
      } catch {
        return false;
      }
    }).length;

  it('opens everywhere: any names, any number of the same name, and a list of all photos', async () => {
    const album = await makeAlbum(owner, '奶奶: 1953?');
    const named = ['奶奶1953年.jpg', 'CON', 'a..png', ' a', 'x<y>:z.bmp', '😀.jpg', 'u\u0308.jpg'];
    const pictures = new Map<string, string>();
    for (const filename of [...named, ...Array.from({ length: 200 }, () => 'photo.jpg')]) {
      const picture = randomBytes(1000 + pictures.size);
      const task = toNewTask(ownerId, album.id, { filename, clientRef: `ref-${pictures.size}` });
      await addEnded(api, task, picture);
      pictures.set(`ref-${pictures.size}`, createHash('sha256').update(picture).digest('hex'));
    }
    const failure = { code: 'unknown', message: 'no reason' } as const;
    await addEnded(api, toNewTask(ownerId, album.id, { filename: 'bad.jpg', clientRef: '=1+1' }), failure);

    const { path, response } = await download(album.id);
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent('奶奶_ 1953_.zip')}`,
    );
    expect(response.headers.get('cache-control')).toBe('private, no-store');

    await run('unzip', ['-tqq', path]);
    const { stdout } = await run('python3', ['-c', LIST, path]);
    const entries = JSON.parse(stdout) as [name: string, method: number, bytes: number][];
    const names = entries.map(([name]) => name);
    expect(names.slice(0, 9)).toEqual([
      '奶奶1953年_restored.png',
      'CON_restored.png',
      'a._restored.png',
      'a_restored.png',
      'x_y__z_restored.png',
      '😀_restored.png',
      'ü_restored.png',
      'photo_restored.png',
      'photo_restored (2).png',
    ]);
    expect(names.at(-1)).toBe('manifest.csv');
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(208);
    expect(entries.every(([, method]) => method === 0)).toBe(true);

    const out = await mkdtemp(join(folder, 'out-'));
    await run('python3', ['-m', 'zipfile', '-e', path, out]);
    const manifest = (await readFile(join(out, 'manifest.csv'), 'utf8')).split('\r\n');
    expect(manifest).toHaveLength(1 + 207 + 1 + 1);
    expect(manifest[208]).toBe(`"'=1+1",bad.jpg,failed,unknown,`);
    for (const line of manifest.slice(1, 208)) {
      const [ref, , status, , result] = line.split(',');
      expect(status).toBe('succeeded');
      const sha256 = createHash('sha256')
        .update(await readFile(join(out, result!)))
        .digest('hex');
      expect(sha256).toBe(pictures.get(ref!));
    }
  });

  it('leaves out what has been erased meanwhile', async () => {
    const album = await makeAlbum(owner);
    const kept = await addEnded(api, toNewTask(ownerId, album.id, { filename: 'kept.jpg' }), randomBytes(10));
    const gone = await addEnded(api, toNewTask(ownerId, album.id, { filename: 'gone.jpg' }), randomBytes(10));
    await rm(join(api.dataDir, 'artifacts', (JSON.parse(gone.result!) as ArtifactRef).key));
    const { path } = await download(album.id);
    const { stdout } = await run('unzip', ['-Z1', path]);
    expect(stdout.trim().split('\n')).toEqual(['kept_restored.png', 'manifest.csv']);
    expect(kept.state).toBe('succeeded');
    await rm(path);
  });

  it('is not ready while there is no result, and says whether one may come', async () => {
    const album = await makeAlbum(owner);
    const empty = await owner.fetch(`/v1/albums/${album.id}/results.zip`);
    expect(await problemOf(empty)).toMatchObject({ status: 409, code: 'not_ready' });
    expect(empty.headers.get('retry-after')).toBeNull();
    await api.app.get(TasksStore).insert(toNewTask(ownerId, album.id));
    const waiting = await owner.fetch(`/v1/albums/${album.id}/results.zip`);
    expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([409, '2']);
  });

  it('sends 150 results of 10 MB in little memory, and reads no more when the caller goes away', async () => {
    const album = await makeAlbum(owner);
    const bytes = 10 * MB;
    const first = await addEnded(api, toNewTask(ownerId, album.id), randomBytes(bytes));
    const firstRef = JSON.parse(first.result!) as ArtifactRef;
    const path = (key: string) => join(api.dataDir, 'artifacts', key);
    for (let index = 1; index < 150; index++) {
      const task = toNewTask(ownerId, album.id);
      const key = `results/${task.id}.${'0'.repeat(16)}.png`;
      await link(path(firstRef.key), path(key));
      await addEnded(api, task, { ...firstRef, key });
    }
    const headers = await owner.headers();
    const url = `${api.url}/v1/albums/${album.id}/results.zip`;

    const before = process.memoryUsage().rss;
    let most = before;
    const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const began = performance.now();
    const sent = run('curl', [
      '-sS',
      '-H',
      `cookie: ${headers['cookie']}`,
      '-o',
      '/dev/null',
      '-w',
      '%{size_download}',
      url,
    ]);
    const { stdout } = await sent;
    clearInterval(watching);
    const seconds = (performance.now() - began) / 1000;
    console.log(`zip: ${Number(stdout) / MB} MB in ${seconds} s, RSS +${(most - before) / MB} MB`);
    expect(Number(stdout)).toBeGreaterThan(150 * bytes);
    expect(most - before).toBeLessThan(100 * MB);

    const write = vi.spyOn(api.app.get(AlbumZip, { strict: false }), 'write');
    await new Promise<void>((resolve, reject) => {
      const request = get(url, { headers }, (response) => {
        let received = 0;
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received > 15 * MB) response.destroy();
        });
        response.on('close', resolve);
        response.on('error', () => undefined);
      });
      request.on('error', reject);
    });
    await write.mock.results[0]!.value;
    await vi.waitFor(() => expect(openResults()).toBe(0));
  });
});
