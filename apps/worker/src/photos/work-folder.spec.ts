import { createLogger } from '@app/runtime';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkFolder } from './work-folder.js';

const logger = createLogger('test', 'silent');
const HOST = hostname()
  .toLowerCase()
  .replaceAll(/[^a-z0-9-]/g, '-');

describe('WorkFolder', () => {
  let root: string;
  let folder: WorkFolder;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-work-folder-'));
    folder = new WorkFolder(logger, root);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('gives each use a folder of its own that nobody else may read, and deletes it', async () => {
    const paths = await Promise.all(
      [1, 2].map((n) =>
        folder.use(async (path) => {
          await writeFile(join(path, 'photo'), 'x');
          expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
          return `${n} ${path}`;
        }),
      ),
    );
    expect(new Set(paths.map((path) => path.slice(2))).size).toBe(2);
    const [own] = await readdir(root);
    expect(await readdir(join(root, own!))).toEqual([]);
    await folder.onApplicationShutdown();
    expect(await readdir(root)).toEqual([]);
  });

  it('deletes it where that fails, and makes its own again when a system has tidied it away', async () => {
    const failing = folder.use(async (path) => {
      await writeFile(join(path, 'photo'), 'x');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const [own] = await readdir(root);
    expect(await readdir(join(root, own!))).toEqual([]);
    await rm(join(root, own!), { recursive: true });
    expect(await folder.use(() => Promise.resolve('done'))).toBe('done');
  });

  it('deletes at its start what dead workers of this machine have left, and nothing else', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const dead = [
      `photo-repair-worker.${HOST}.${child.pid}.0badcafe`,
      `photo-repair-worker.${HOST}.${process.pid}.0badcafe`,
    ];
    const others = [
      `photo-repair-worker.${HOST}.${process.ppid}.0badcafe`,
      `photo-repair-worker.elsewhere.${child.pid}.0badcafe`,
      `photo-repair-worker.${HOST}.x.0badcafe`,
      'photo-repair-other',
    ];
    for (const name of [...dead, ...others]) {
      await mkdir(join(root, name, 'photo-abc'), { recursive: true });
      await writeFile(join(root, name, 'photo-abc', 'original'), 'x');
    }
    await folder.use(async () => {
      await folder.onApplicationBootstrap();
      const left = (await readdir(root)).sort();
      expect(left.filter((name) => dead.includes(name))).toEqual([]);
      expect(left).toHaveLength(others.length + 1);
    });
  });
});
