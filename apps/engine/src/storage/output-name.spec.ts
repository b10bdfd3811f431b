import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineFolders } from './engine-folders.js';
import { nextOutputName } from './output-name.js';

describe('nextOutputName', () => {
  let root: string;
  let folders: EngineFolders;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-output-'));
    folders = new EngineFolders(root);
    await folders.create();
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const next = async (prefix: string) =>
    (await nextOutputName(folders, 'output', prefix, { width: 128, height: 96 })).ref;

  it('counts on from the highest number, not from the number of files', async () => {
    expect((await next('a')).filename).toBe('a_00001_.png');
    await writeFile(join(root, 'output/a_00007_.png'), '');
    await writeFile(join(root, 'output/a_b_00050_.png'), '');
    await writeFile(join(root, 'output/ab_00099_.png'), '');
    await writeFile(join(root, 'output/a_notes.txt'), '');
    expect((await next('a')).filename).toBe('a_00008_.png');
    await writeFile(join(root, 'output/a_123456_.png'), '');
    expect((await next('a')).filename).toBe('a_123457_.png');
  });

  it('makes subfolders and fills placeholders in', async () => {
    const year = new Date().getFullYear();
    expect(await next('sub/dir/%year%-%width%x%height%_out')).toEqual({
      filename: `${year}-128x96_out_00001_.png`,
      subfolder: 'sub/dir',
      type: 'output',
    });
  });

  it.each(['../evil', 'a/../../evil'])('refuses %s', async (prefix) => {
    await expect(next(prefix)).rejects.toMatchObject({ exceptionType: 'Exception' });
  });

  it('keeps an absolute prefix inside', async () => {
    expect(await next('/etc/x')).toEqual({ filename: 'x_00001_.png', subfolder: 'etc', type: 'output' });
  });
});
