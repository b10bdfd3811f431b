import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ArtifactNotFound, InvalidArtifactKey } from './artifact-store.errors.js';
import { LocalArtifactStore } from './local-artifact-store.js';
import { nodeFiles, type LocalFiles } from './local-files.js';

const KEY = 'results/task-1.png';
const PNG = 'image/png';
let root: string;
let store: LocalArtifactStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'photo-repair-store-'));
  store = new LocalArtifactStore(root);
});
afterEach(async () => rm(root, { recursive: true }));

/** Every file in the store, parts included. */
async function everyFile(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

const errorOf = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.catch((error: unknown) => error);

describe('LocalArtifactStore', () => {
  it('stores a buffer, a stream and a file, and gives back the same bytes with their size and digest', async () => {
    const data = randomBytes(300_000);
    const path = join(root, 'upload');
    await writeFile(path, data);
    const expected = { bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') };
    const pieces = Readable.from([data.subarray(0, 7), data.subarray(7, 200_000), data.subarray(200_000)]);

    expect(await store.put('a/buffer', data, PNG)).toEqual(expected);
    expect(await store.put('a/stream', pieces, PNG)).toEqual(expected);
    expect(await store.putFile('a/file', path, PNG)).toEqual(expected);

    for (const key of ['a/buffer', 'a/stream', 'a/file']) {
      const { stream, bytes } = await store.open(key);
      expect(bytes).toBe(data.length);
      expect((await buffer(stream)).equals(data)).toBe(true);
      expect((await store.read(key)).equals(data)).toBe(true);
    }
    expect((await readFile(path)).equals(data)).toBe(true);
    expect((await everyFile()).sort()).toEqual(['a/buffer', 'a/file', 'a/stream', 'upload']);
  });

  it('stores an empty artifact', async () => {
    expect((await store.put(KEY, Buffer.alloc(0), PNG)).bytes).toBe(0);
    expect((await store.read(KEY)).length).toBe(0);
  });

  it('replaces an artifact, and lets a reader finish the old one', async () => {
    await store.put(KEY, Buffer.from('old'), PNG);
    const { stream } = await store.open(KEY);
    await store.put(KEY, Buffer.from('the new one'), PNG);
    expect((await buffer(stream)).toString()).toBe('old');
    expect((await store.read(KEY)).toString()).toBe('the new one');
  });

  it('shows the old artifact until the new one is complete', async () => {
    await store.put(KEY, Buffer.from('old'), PNG);
    const source = new PassThrough();
    const writing = store.put(KEY, source, PNG);
    source.write('half of ');
    await vi.waitFor(async () => {
      const [part = 'none yet'] = await readdir(join(root, '.parts'));
      expect((await readFile(join(root, '.parts', part))).toString()).toBe('half of ');
    });
    expect((await store.read(KEY)).toString()).toBe('old');
    source.end('it');
    await writing;
    expect((await store.read(KEY)).toString()).toBe('half of it');
  });

  it('keeps one whole artifact when two stores write the same key at once', async () => {
    const other = new LocalArtifactStore(root);
    const versions = Array.from({ length: 20 }, (_, index) => Buffer.alloc(100_000 + index, index));
    const stored = await Promise.all(
      versions.map((data, index) => (index % 2 ? store : other).put(KEY, data, PNG)),
    );
    const kept = await store.read(KEY);
    const sha256 = createHash('sha256').update(kept).digest('hex');
    expect(stored.map((one) => one.sha256)).toContain(sha256);
    expect(await everyFile()).toEqual([KEY]);
  });

  it('tells what exists, and deletes twice without complaint', async () => {
    expect(await store.exists(KEY)).toBe(false);
    await store.put(KEY, Buffer.from('x'), PNG);
    expect(await store.exists(KEY)).toBe(true);
    await store.delete(KEY);
    await store.delete(KEY);
    expect(await store.exists(KEY)).toBe(false);
  });

  it('finds nothing under an unknown key, below a file, or where a folder is', async () => {
    await store.put(KEY, Buffer.from('x'), PNG);
    for (const key of ['results/unknown.png', `${KEY}/below`, 'results']) {
      expect(await errorOf(store.open(key))).toBeInstanceOf(ArtifactNotFound);
      expect(await errorOf(store.read(key))).toMatchObject({ name: 'ArtifactNotFound', key });
      expect(await store.exists(key)).toBe(false);
    }
  });

  it('touches nothing for a key that leads out of the store', async () => {
    const source = new PassThrough();
    const attempts = [
      store.put('../outside', source, PNG),
      store.putFile('a/../../outside', '/etc/hostname', PNG),
      store.open('../../etc/passwd'),
      store.read('/etc/passwd'),
      store.exists('.parts/x'),
      store.delete('..'),
    ];
    const errors = await Promise.all(attempts.map(errorOf));
    expect(errors.map((error) => error instanceof InvalidArtifactKey)).toEqual(attempts.map(() => true));
    expect(source.destroyed).toBe(true);
    expect(await everyFile()).toEqual([]);
  });
});

describe('many at once', () => {
  const all = async (prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const key of store.list(prefix)) keys.push(key);
    return keys.sort();
  };
  const fill = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await store.put(key, Buffer.from(key), PNG);
  };

  it('lists what begins with a prefix, of one folder', async () => {
    await fill('results/a.png', 'results/a.json', 'results/b.png', 'results/deep/a.png', 'originals/a.png');
    expect(await all('results/')).toEqual(['results/a.json', 'results/a.png', 'results/b.png']);
    expect(await all('results/a.')).toEqual(['results/a.json', 'results/a.png']);
    expect(await all('results/deep/')).toEqual(['results/deep/a.png']);
    expect(await all('results/c')).toEqual([]);
    expect(await all('unknown/')).toEqual([]);
    expect(await all('results/a.png/')).toEqual([]);
  });

  it('lists what was written before a moment', async () => {
    await fill('results/a.png', 'results/b.png', 'originals/a.png');
    await utimes(join(root, 'results/a.png'), new Date(1000), new Date(1000));
    const old: string[] = [];
    for await (const key of store.listBefore('results/', 2000)) old.push(key);
    expect(old).toEqual(['results/a.png']);
  });

  it.each(['', '/', 'results', '../', '.parts/', 'results/../', 'results/.', 'Results/'])(
    'lists nothing for %j',
    async (prefix) => {
      expect(await errorOf(all(prefix))).toBeInstanceOf(InvalidArtifactKey);
    },
  );

  it('lists while what it has listed is removed', async () => {
    const keys = Array.from({ length: 1200 }, (_, index) => `results/${index}.png`);
    await mkdir(join(root, 'results'));
    await Promise.all(keys.map((key) => writeFile(join(root, key), '')));
    for await (const key of store.list('results/')) await store.delete(key);
    expect(await everyFile()).toEqual([]);
  });

  it('removes many, says how many there were, and leaves the others', async () => {
    await fill('results/a.png', 'originals/a.jpg', 'results/b.png');
    expect(await store.deleteAll(['results/a.png', 'originals/a.jpg', 'results/a.json', 'x/y'])).toBe(2);
    expect(await everyFile()).toEqual(['results/b.png']);
    expect(await store.deleteAll([])).toBe(0);
  });

  it('removes the others where one cannot be removed, and tells', async () => {
    await fill('results/a.png', 'results/b.png');
    await mkdir(join(root, 'results/folder'));
    const error = await errorOf(store.deleteAll(['results/a.png', 'results/folder', 'results/b.png']));
    expect(error).toMatchObject({ name: 'ArtifactStoreUnavailable' });
    expect(await everyFile()).toEqual([]);
  });

  it('removes nothing where a key leads out of the store', async () => {
    await fill('results/a.png');
    const error = await errorOf(store.deleteAll(['results/a.png', '../../outside']));
    expect(error).toBeInstanceOf(InvalidArtifactKey);
    expect(await everyFile()).toEqual(['results/a.png']);
  });
});

describe('a source that breaks', () => {
  it('leaves nothing of an upload that is aborted in the middle, and keeps what was there', async () => {
    await store.put(KEY, Buffer.from('old'), PNG);
    const source = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.alloc(100_000));
        throw new Error('aborted');
      })(),
    );
    expect(await errorOf(store.put(KEY, source, PNG))).toMatchObject({ message: 'aborted' });
    expect((await store.read(KEY)).toString()).toBe('old');
    expect(await everyFile()).toEqual([KEY]);
  });

  it.each([
    ['with an error', new Error('client gone'), { message: 'client gone' }],
    ['without one', undefined, { code: 'ERR_STREAM_PREMATURE_CLOSE' }],
  ])(
    'throws what the source says when it was destroyed %s before its first byte',
    async (_name, reason, expected) => {
      const source = new PassThrough();
      const writing = errorOf(store.put(KEY, source, PNG));
      source.destroy(reason);
      expect(await writing).toMatchObject(expected);
      expect(await everyFile()).toEqual([]);
    },
  );

  it('does not blame itself for a file that is not there', async () => {
    expect(await errorOf(store.putFile(KEY, join(root, 'missing'), PNG))).toMatchObject({
      name: 'Error',
      code: 'ENOENT',
    });
    expect(await everyFile()).toEqual([]);
  });
});

describe('a store that fails', () => {
  /** The real file system, but files opened for writing fail as told after their first write. */
  const failing = (operation: 'writeFile' | 'sync', code: string): LocalFiles => ({
    ...nodeFiles,
    open: async (path, flags, mode) => {
      const file = await open(path, flags, mode);
      if (flags !== 'wx') return file;
      const write = file.writeFile.bind(file);
      let writes = 0;
      const fail = async (): Promise<never> =>
        await Promise.reject(Object.assign(new Error('injected'), { code }));
      file.writeFile = async (data) =>
        (writes += 1) > 1 && operation === 'writeFile' ? await fail() : await write(data);
      if (operation === 'sync') file.sync = fail;
      return file;
    },
  });
  const pieces = (): Readable =>
    Readable.from([Buffer.alloc(50_000), Buffer.alloc(50_000), Buffer.alloc(50_000)]);

  it.each([
    ['writeFile', 'ENOSPC', true],
    ['writeFile', 'EDQUOT', true],
    ['writeFile', 'EIO', false],
    ['sync', 'ENOSPC', true],
  ] as const)(
    'says so when %s fails with %s, leaves nothing, and works again afterwards',
    async (operation, code, full) => {
      const source = pieces();
      const broken = new LocalArtifactStore(root, failing(operation, code));
      expect(await errorOf(broken.put(KEY, source, PNG))).toMatchObject({
        name: 'ArtifactStoreUnavailable',
        code: full ? 'storage_full' : 'storage_unavailable',
        storageFull: full,
        cause: { code },
      });
      expect(source.destroyed).toBe(true);
      expect(await everyFile()).toEqual([]);
      expect((await store.put(KEY, pieces(), PNG)).bytes).toBe(150_000);
    },
  );

  it('is a real system error that is told apart: a root that is a file', async () => {
    await writeFile(join(root, 'file'), '');
    const broken = new LocalArtifactStore(join(root, 'file'));
    const unavailable = { name: 'ArtifactStoreUnavailable', storageFull: false };
    expect(await errorOf(broken.prepare())).toMatchObject(unavailable);
    expect(await errorOf(broken.put(KEY, Buffer.from('x'), PNG))).toMatchObject(unavailable);
  });
});

describe('moving a file in', () => {
  const data = randomBytes(300_000);
  let path: string;
  beforeEach(async () => {
    path = join(root, 'upload');
    await writeFile(path, data);
  });

  it('takes it away and flushes it, without a copy', async () => {
    const opened: string[] = [];
    const watched = new LocalArtifactStore(root, {
      ...nodeFiles,
      open: async (...args: Parameters<typeof open>) => {
        opened.push(String(args[0]));
        return nodeFiles.open(...args);
      },
    });
    await watched.moveFile(KEY, path, PNG);
    expect((await store.read(KEY)).equals(data)).toBe(true);
    expect(await everyFile()).toEqual([KEY]);
    expect(opened.filter((each) => each.includes('.parts'))).toEqual([]);
  });

  it('copies it where a rename does not reach, and takes the first one away', async () => {
    const elsewhere = new LocalArtifactStore(root, {
      ...nodeFiles,
      rename: async (from, to) => {
        if (String(from) === path) throw Object.assign(new Error('EXDEV'), { code: 'EXDEV' });
        await nodeFiles.rename(from, to);
      },
    });
    await elsewhere.moveFile(KEY, path, PNG);
    expect((await store.read(KEY)).equals(data)).toBe(true);
    expect(await everyFile()).toEqual([KEY]);
  });

  it('leaves it where it is when the store fails', async () => {
    const full = new LocalArtifactStore(root, {
      ...nodeFiles,
      rename: () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })),
    });
    expect(await errorOf(full.moveFile(KEY, path, PNG))).toMatchObject({ storageFull: true });
    expect((await readFile(path)).equals(data)).toBe(true);
    expect(await store.exists(KEY)).toBe(false);
  });
});

describe('prepare', () => {
  it('creates the store, and sweeps parts of crashed writers but not those being written', async () => {
    const fresh = new LocalArtifactStore(join(root, 'deep/store'));
    expect(await fresh.prepare()).toEqual({ removedParts: 0 });

    await mkdir(join(root, '.parts'));
    const longAgo = new Date(Date.now() - 61 * 60 * 1000);
    await writeFile(join(root, '.parts/crashed'), 'x');
    await utimes(join(root, '.parts/crashed'), longAgo, longAgo);
    await writeFile(join(root, '.parts/current'), 'x');
    await store.put(KEY, Buffer.from('old artifacts stay'), PNG);
    await utimes(join(root, KEY), longAgo, longAgo);

    expect(await store.prepare()).toEqual({ removedParts: 1 });
    expect((await everyFile()).sort()).toEqual(['.parts/current', KEY]);
  });
});
