import { createLogger } from '@app/runtime';
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EngineFolders } from './engine-folders.js';
import { OldFiles } from './old-files.js';
import { storeUpload } from './store-upload.js';

const KEEP_MS = 60_000;

describe('OldFiles', () => {
  let root: string;
  let folders: EngineFolders;
  let used: Set<string>;
  let deletions: number;
  let files: OldFiles;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-old-files-'));
    folders = new EngineFolders(root);
    await folders.create();
    used = new Set();
    deletions = 0;
    const logger = createLogger('test', 'silent');
    const onDeleted = () => void deletions++;
    files = new OldFiles({ folders, keepMs: KEEP_MS, inUse: () => used, onDeleted, logger });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** A file below the engine's folder, last written so long ago. */
  async function put(path: string, ageMs: number): Promise<string> {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, path);
    const at = new Date(Date.now() - ageMs);
    await utimes(full, at, at);
    return full;
  }

  const left = async () =>
    (await readdir(root, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();

  it('deletes uploads, results and previews that are older, in folders below as well, and tells it once', async () => {
    const old = ['input/a.png', 'input/photo-repair/b.png', 'output/photo-repair/c.png', 'temp/d.png'];
    for (const path of old) await put(path, KEEP_MS + 1_000);
    for (const path of ['input/new-a.png', 'output/photo-repair/new-c.png'])
      await put(path, KEEP_MS - 10_000);
    expect(await files.deleteOld()).toBe(4);
    expect(await left()).toEqual(['new-a.png', 'new-c.png']);
    expect(deletions).toBe(1);
    expect(await files.deleteOld()).toBe(0);
    expect(deletions).toBe(1);
  });

  it('lets what a prompt names be, and what is no file', async () => {
    used.add(await put('input/photo-repair/waiting.png', KEEP_MS * 100));
    const outside = await put('elsewhere.png', KEEP_MS * 100);
    await symlink(outside, join(folders.of('output'), 'link.png'));
    expect(await files.deleteOld(Date.now() + KEEP_MS * 2)).toBe(0);
    expect(await left()).toEqual(['elsewhere.png', 'link.png', 'waiting.png']);
  });

  it('begins the time of a picture anew that is uploaded once more', async () => {
    await put('input/a.png', KEEP_MS + 1_000);
    const received = join(folders.uploads, 'received');
    await writeFile(received, 'input/a.png');
    await storeUpload(received, { folders, type: 'input', subfolder: '', name: 'a.png', overwrite: false });
    expect(await files.deleteOld()).toBe(0);
  });

  it('looks by itself until it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    files.start();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
    await put('input/a.png', KEEP_MS + 1_000);
    vi.advanceTimersByTime(KEEP_MS / 6);
    await vi.waitFor(async () => expect(await left()).toEqual([]));
    await files.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
