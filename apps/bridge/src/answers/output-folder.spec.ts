import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OutputFolder } from './output-folder.js';
import { ResultLost } from './result-picture.js';

let root: string;
let folder: string;
let output: OutputFolder;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'output-folder-'));
  folder = join(root, 'output');
  output = new OutputFolder(folder);
});
afterEach(() => rm(root, { recursive: true }));

const key = 'a'.repeat(40);
const entryId = '1732270000000-0';
const write = (userId: string | null, bytes = 'jpeg') =>
  output.write({ entryId, key, userId }, Buffer.from(bytes));

it("writes where the users' programs look, also for nobody", async () => {
  expect(await write('user1')).toBe(join(folder, 'user1', `${entryId}.jpg`));
  expect(await write(null)).toBe(join(folder, 'no-user', `${entryId}.jpg`));
  expect(await readFile(join(folder, 'user1', `${entryId}.jpg`), 'utf8')).toBe('jpeg');
});

it('replaces what is there and leaves no part behind', async () => {
  await write('user1', 'first');
  await write('user1', 'second');
  expect(await readdir(join(folder, 'user1'))).toEqual([`${entryId}.jpg`]);
  expect(await readFile(join(folder, 'user1', `${entryId}.jpg`), 'utf8')).toBe('second');
});

it('clears away what a bridge that died has left, not what another one writes', async () => {
  const parts = join(folder, '.parts');
  await mkdir(parts, { recursive: true });
  for (const name of ['left', 'of-another']) await writeFile(join(parts, name), 'half');
  await utimes(join(parts, 'left'), new Date(0), new Date(0));
  await write('user1');
  expect(await readdir(parts)).toEqual(['of-another']);
});

it.each(['..', '.', '../elsewhere', '/etc', 'a/b', '', '.hidden', 'a\0b'])(
  'writes nothing for the user %j',
  async (user) => {
    await expect(write(user)).rejects.toThrow(ResultLost);
  },
);

it('follows no link that lies in the place of a user', async () => {
  await mkdir(join(root, 'elsewhere'));
  await mkdir(folder);
  await symlink('../elsewhere', join(folder, 'user1'));
  await expect(write('user1')).rejects.toThrow(ResultLost);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
});

it('replaces a link in the place of the file, not what it leads to', async () => {
  await mkdir(join(folder, 'user1'), { recursive: true });
  await writeFile(join(root, 'precious'), 'precious');
  await symlink(join(root, 'precious'), join(folder, 'user1', `${entryId}.jpg`));
  await write('user1');
  expect(await readFile(join(root, 'precious'), 'utf8')).toBe('precious');
  expect(await readFile(join(folder, 'user1', `${entryId}.jpg`), 'utf8')).toBe('jpeg');
});
