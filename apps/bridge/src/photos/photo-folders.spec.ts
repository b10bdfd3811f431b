import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, open, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EntryRefused } from '../entries/entry.errors.js';
import { PhotoFolders } from './photo-folders.js';

let root: string;
let uploads: string;
let folders: PhotoFolders;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'photo-folders-')));
  uploads = join(root, 'uploads');
  for (const folder of ['uploads', 'uploads/user1', 'uploads-other', 'elsewhere'])
    await mkdir(join(root, folder));
  for (const file of ['uploads/user1/photo.jpg', 'uploads-other/x.jpg', 'elsewhere/secret']) {
    await writeFile(join(root, file), file);
  }
  folders = new PhotoFolders([uploads]);
});
afterEach(() => rm(root, { recursive: true }));

async function read(path: string): Promise<string> {
  const { file } = await folders.open(path);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function refusal(path: string): Promise<string> {
  try {
    return `opened ${await read(path)}`;
  } catch (error) {
    if (!(error instanceof EntryRefused)) throw error;
    // Nobody learns from it what lies where.
    return error.message.includes(root) ? `told: ${error.message}` : error.code;
  }
}

describe('opens', () => {
  it('a file below the folder, however many slashes there are', async () => {
    expect(await read(join(uploads, 'user1/photo.jpg'))).toBe('uploads/user1/photo.jpg');
    expect(await read(`${uploads}//user1///photo.jpg`)).toBe('uploads/user1/photo.jpg');
  });

  it('by a link that stays inside, and in a folder that is itself a link', async () => {
    await symlink('photo.jpg', join(uploads, 'user1/link.jpg'));
    expect(await read(join(uploads, 'user1/link.jpg'))).toBe('uploads/user1/photo.jpg');
    await symlink(uploads, join(root, 'alias'));
    folders = new PhotoFolders([join(root, 'alias')]);
    expect(await read(join(root, 'alias/user1/photo.jpg'))).toBe('uploads/user1/photo.jpg');
  });

  it('a second name of a file that is inside', async () => {
    await link(join(uploads, 'user1/photo.jpg'), join(uploads, 'second.jpg'));
    expect(await read(join(uploads, 'second.jpg'))).toBe('uploads/user1/photo.jpg');
  });
});

describe('refuses', () => {
  it.each<[string, string, (path: string) => Promise<unknown>]>([
    ['a link out of the folder', 'out.jpg', (path) => symlink('../elsewhere/secret', path)],
    ['a link to an absolute path', 'abs.jpg', (path) => symlink('/etc/passwd', path)],
    ['a link to what a process has open', 'proc.jpg', (path) => symlink('/proc/self/environ', path)],
    [
      'a link to a link that leads out',
      'twice.jpg',
      async (path) => {
        await symlink('/etc/passwd', join(uploads, 'first'));
        await symlink('first', path);
      },
    ],
    ['a folder that is a link out', 'folder/secret', () => symlink('../elsewhere', join(uploads, 'folder'))],
    ['the folder above by a link', 'up/elsewhere/secret', () => symlink('..', join(uploads, 'up'))],
    ['a folder', 'user1', () => Promise.resolve()],
    [
      'a pipe, without waiting for its other end',
      'pipe',
      (path) => Promise.resolve(execFileSync('mkfifo', [path])),
    ],
    ['a link to a device', 'zero', (path) => symlink('/dev/zero', path)],
  ])('%s', async (_name, name, make) => {
    const path = join(uploads, name);
    await make(path);
    expect(await refusal(path)).toBe('forbidden');
  });

  it('a socket', async () => {
    const path = join(uploads, 'socket');
    const server = createServer().listen(path);
    await new Promise((done) => server.once('listening', done));
    // The system opens no socket as a file.
    expect(await refusal(path)).toBe('not_found');
    await new Promise((done) => server.close(done));
  });

  it.each([
    ['another folder', '/etc/passwd', 'forbidden'],
    ['a folder whose name only begins the same', '<root>/uploads-other/x.jpg', 'forbidden'],
    ['the folder itself', '<root>/uploads', 'forbidden'],
    ['the folder itself with a slash', '<root>/uploads/', 'forbidden'],
    ['dots that lead out', '<root>/uploads/../elsewhere/secret', 'forbidden'],
    ['dots that lead back in', '<root>/uploads/user1/../user1/photo.jpg', 'forbidden'],
    ['dots at the end', '<root>/uploads/user1/..', 'forbidden'],
    ['dots behind many slashes', '<root>/uploads/.//..//elsewhere/secret', 'forbidden'],
    ['a NUL that would cut the name', '<root>/uploads/user1/photo.jpg\0.png', 'malformed'],
    ['a NUL behind another folder', '/etc/passwd\0<root>/uploads/a.jpg', 'malformed'],
    ['a relative path', 'uploads/user1/photo.jpg', 'forbidden'],
    ['a home', '~/secret', 'forbidden'],
    ['a URL', 'file:///etc/passwd', 'forbidden'],
    ['what a descriptor of ours shows', '/proc/self/fd/0', 'forbidden'],
    ['an encoded way out, which is just a name', '<root>/uploads/%2e%2e/elsewhere/secret', 'not_found'],
    ['a backslash, which is just a character', '<root>/uploads/..\\elsewhere\\secret', 'not_found'],
    ['a file that is not there', '<root>/uploads/none.jpg', 'not_found'],
    ['a file as a folder', '<root>/uploads/user1/photo.jpg/x', 'not_found'],
    ['a name that is too long', `<root>/uploads/${'x'.repeat(300)}`, 'not_found'],
    ['a path that is too long', `<root>/uploads/${'x/'.repeat(2100)}`, 'malformed'],
    ['nothing', '', 'forbidden'],
  ])('%s', async (_name, path, code) => {
    expect(await refusal(path.replaceAll('<root>', root))).toBe(code);
  });

  it('a ring of links', async () => {
    await symlink('b', join(uploads, 'a'));
    await symlink('a', join(uploads, 'b'));
    expect(await refusal(join(uploads, 'a'))).toBe('not_found');
  });

  it('everything where no folder is open', async () => {
    folders = new PhotoFolders([]);
    expect(await refusal(join(uploads, 'user1/photo.jpg'))).toBe('forbidden');
  });

  it('a folder that is swapped for a link while it is looked at, every time', async () => {
    const [honest, trap, name] = [join(root, 'honest'), join(root, 'trap'), join(uploads, 'user2')];
    await mkdir(honest);
    await writeFile(join(honest, 'secret'), 'harmless');
    await symlink(join(root, 'elsewhere'), trap);
    await rename(honest, name);
    const swaps = { over: false, count: 0 };
    const swapping = (async () => {
      while (!swaps.over) {
        for (const [from, to] of [
          [name, honest],
          [trap, name],
          [name, trap],
          [honest, name],
        ] as const) {
          await rename(from, to);
          // Each state lasts for a few turns of the event loop, not always as many.
          for (let turns = (swaps.count++ * 7) % 9; turns > 0; turns--) await setImmediate();
        }
      }
    })();
    const seen = new Set<string>();
    for (let tries = 0; tries < 3000 || !seen.has('opened harmless'); tries++) {
      seen.add(await refusal(join(name, 'secret')));
    }
    swaps.over = true;
    await swapping;
    expect(seen).not.toContain('opened elsewhere/secret');
    expect(seen).toContain('opened harmless');
    expect(seen).toContain('forbidden');
  });
});

it('takes a folder that is not there for a trouble that passes', async () => {
  folders = new PhotoFolders([join(root, 'not-mounted')]);
  await expect(folders.open(join(root, 'not-mounted/a.jpg'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('leaves no file open', async () => {
  const before = await nextNumber();
  for (let tries = 0; tries < 20; tries++) await refusal(join(uploads, 'user1'));
  expect(await nextNumber()).toBe(before);
});

/** The number that the next file gets, which is the lowest one that is free. */
async function nextNumber(): Promise<number> {
  const file = await open('/dev/null');
  const { fd } = file;
  await file.close();
  return fd;
}
