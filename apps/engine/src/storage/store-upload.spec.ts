import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineFolders } from './engine-folders.js';
import { storeUpload, type UploadTarget } from './store-upload.js';

describe('storeUpload', () => {
  let root: string;
  let folders: EngineFolders;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-uploads-'));
    folders = new EngineFolders(root);
    await folders.create();
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function upload(bytes: string, target: Partial<UploadTarget> = {}): Promise<string | undefined> {
    const received = join(folders.uploads, 'received');
    await writeFile(received, bytes);
    return storeUpload(received, {
      folders,
      type: 'input',
      subfolder: '',
      name: 'a.png',
      overwrite: false,
      ...target,
    });
  }

  it('finds a name of its own for other bytes', async () => {
    expect(await upload('one')).toBe('a.png');
    expect(await upload('one')).toBe('a.png');
    expect(await upload('two')).toBe('a (1).png');
    expect(await upload('six')).toBe('a (2).png');
    expect(await upload('two')).toBe('a (1).png');
    expect(await readdir(folders.uploads)).toEqual([]);
  });

  it('overwrites when asked to', async () => {
    await upload('one');
    expect(await upload('two', { overwrite: true })).toBe('a.png');
    expect(await readFile(join(root, 'input/a.png'), 'utf8')).toBe('two');
  });

  it.each([
    ['noext', 'noext (1)'],
    ['.hidden', '.hidden (1)'],
    ['a.b.png', 'a.b (1).png'],
    ['a [output].png', 'a [output] (1).png'],
  ])('counts %s up to %s', async (name, second) => {
    await upload('one', { name });
    expect(await upload('two', { name })).toBe(second);
  });

  it.each([
    ['../a.png', ''],
    ['a.png', '../..'],
    ['x\0.png', ''],
  ])('refuses %j in %j', async (name, subfolder) => {
    expect(await upload('one', { name, subfolder })).toBeUndefined();
  });

  it('drops a leading slash, and keeps to folders that are there', async () => {
    expect(await upload('one', { name: '/abs.png' })).toBe('abs.png');
    await expect(upload('one', { name: 'sub/a.png' })).rejects.toThrow('ENOENT');
  });
});
