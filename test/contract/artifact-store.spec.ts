import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  ArtifactNotFound,
  InvalidArtifactKey,
  LocalArtifactStore,
  type ArtifactStore,
} from '@app/artifact-store';
import { PrivateS3, type S3Conditions } from '../support/private-s3.js';
import { s3StoreOf } from '../support/s3-store.js';

/** Beyond what S3 takes in one part. */
const LARGE_BYTES = 6 * 1024 * 1024;
const PNG = 'image/png';
const KEY = 'results/task-1.png';

/** A kind of store: an empty one for each test. */
interface Kind {
  name: string;
  start: () => Promise<{ empty: (name: string) => Promise<ArtifactStore>; stop: () => Promise<void> }>;
}

function s3(conditions: S3Conditions): Kind['start'] {
  return async () => {
    const server = await PrivateS3.start(conditions);
    return { empty: (name) => s3StoreOf(server, name), stop: () => server.stop() };
  };
}

const KINDS: Kind[] = [
  {
    name: 'a folder',
    start: async () => {
      const root = await mkdtemp(join(tmpdir(), 'photo-repair-contract-'));
      const empty = (name: string) => Promise.resolve(new LocalArtifactStore(join(root, name)));
      return { empty, stop: () => rm(root, { recursive: true }) };
    },
  },
  { name: 'S3', start: s3('conditional') },
];

const digestOf = (data: Buffer) => ({
  bytes: data.length,
  sha256: createHash('sha256').update(data).digest('hex'),
});
const errorOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe.each(KINDS)('an artifact store in $name', ({ start }) => {
  let kind: Awaited<ReturnType<Kind['start']>>;
  let store: ArtifactStore;
  let folder: string;
  let stores = 0;

  beforeAll(async () => {
    kind = await start();
    folder = await mkdtemp(join(tmpdir(), 'photo-repair-contract-files-'));
  });
  afterAll(async () => {
    await kind?.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    store = await kind.empty(`store-${(stores += 1)}`);
    await store.prepare();
  });

  const listed = async (keys: AsyncIterable<string>): Promise<string[]> => {
    const all: string[] = [];
    for await (const key of keys) all.push(key);
    return all.sort();
  };
  const fill = (...keys: string[]) => Promise.all(keys.map((key) => store.put(key, Buffer.from(key), PNG)));

  it('keeps buffers, streams and files of every size, with their length and digest', async () => {
    const [small, large] = [randomBytes(300_000), randomBytes(LARGE_BYTES)];
    const path = join(folder, 'photo');
    await writeFile(path, large);
    const pieces = Readable.from([small.subarray(0, 7), small.subarray(7)]);
    expect(await store.put('a/buffer', small, PNG)).toEqual(digestOf(small));
    expect(await store.put('a/stream', pieces, PNG)).toEqual(digestOf(small));
    expect(
      await store.put('a/long', Readable.from([large.subarray(0, 99), large.subarray(99)]), PNG),
    ).toEqual(digestOf(large));
    expect(await store.putFile('a/file', path, PNG)).toEqual(digestOf(large));
    expect((await store.put('a/empty', Buffer.alloc(0), PNG)).bytes).toBe(0);
    const expected = { buffer: small, stream: small, long: large, file: large, empty: Buffer.alloc(0) };
    for (const [name, data] of Object.entries(expected)) {
      const { stream, bytes } = await store.open(`a/${name}`);
      expect([name, bytes, (await buffer(stream)).equals(data)]).toEqual([name, data.length, true]);
      expect((await store.read(`a/${name}`)).equals(data)).toBe(true);
    }
    expect((await readFile(path)).equals(large)).toBe(true);
  });

  it('moves a file in', async () => {
    const path = join(folder, 'moved');
    await writeFile(path, 'a photo');
    await store.moveFile(KEY, path, PNG);
    expect((await store.read(KEY)).toString()).toBe('a photo');
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });

  it('replaces an artifact, shows the old one until the new one is whole, and lets a reader finish it', async () => {
    const old = randomBytes(400_000);
    await store.put(KEY, old, PNG);
    const { stream } = await store.open(KEY);
    const source = new PassThrough();
    const writing = store.put(KEY, source, PNG);
    source.write('half of ');
    expect((await store.read(KEY)).equals(old)).toBe(true);
    source.end('it');
    await writing;
    expect((await store.read(KEY)).toString()).toBe('half of it');
    expect((await buffer(stream)).equals(old)).toBe(true);
  });

  it('shows one whole artifact when many write the same key at once', async () => {
    const versions = Array.from({ length: 8 }, (_, index) => Buffer.alloc(50_000 + index, index));
    await Promise.all(versions.map((data) => store.put(KEY, data, PNG)));
    const kept = await store.read(KEY);
    expect(versions.some((data) => data.equals(kept))).toBe(true);
  });

  it('keeps the first note', async () => {
    const notes = ['first', 'second'].map((note) => Buffer.from(note));
    expect(await store.putIfAbsent('results/a.json', notes[0]!, 'application/json')).toBe(true);
    expect(await store.putIfAbsent('results/a.json', notes[1]!, 'application/json')).toBe(false);
    expect((await store.read('results/a.json')).toString()).toBe('first');
    await store.delete('results/a.json');
    expect(await store.putIfAbsent('results/a.json', notes[1]!, 'application/json')).toBe(true);
  });

  it('leaves nothing of a source that breaks, and keeps what was there', async () => {
    await store.put(KEY, Buffer.from('old'), PNG);
    const breaking = (bytes: number) =>
      Readable.from(
        (async function* () {
          yield await Promise.resolve(Buffer.alloc(bytes));
          throw new Error('aborted');
        })(),
      );
    for (const bytes of [1000, LARGE_BYTES]) {
      const source = breaking(bytes);
      expect(await errorOf(store.put(KEY, source, PNG))).toMatchObject({ message: 'aborted' });
      expect(source.destroyed).toBe(true);
    }
    expect((await store.read(KEY)).toString()).toBe('old');
    const missing = await errorOf(store.putFile('results/b.png', join(folder, 'missing'), PNG));
    expect(missing).toMatchObject({ name: 'Error', code: 'ENOENT' });
    expect(await listed(store.list('results/'))).toEqual([KEY]);
  });

  it('tells what is there, and deletes twice without complaint', async () => {
    expect(await store.exists(KEY)).toBe(false);
    expect(await errorOf(store.open(KEY))).toBeInstanceOf(ArtifactNotFound);
    expect(await errorOf(store.read(KEY))).toBeInstanceOf(ArtifactNotFound);
    await fill(KEY);
    expect([await store.exists(KEY), await store.exists('results')]).toEqual([true, false]);
    await store.delete(KEY);
    await store.delete(KEY);
    expect(await store.exists(KEY)).toBe(false);
  });

  it('lists what begins with a prefix, of one folder, and what was written before', async () => {
    await fill('results/a.png', 'results/a.json', 'results/b.png', 'results/deep/a.png', 'originals/a.png');
    expect(await listed(store.list('results/'))).toEqual([
      'results/a.json',
      'results/a.png',
      'results/b.png',
    ]);
    expect(await listed(store.list('results/a.'))).toEqual(['results/a.json', 'results/a.png']);
    expect(await listed(store.list('unknown/'))).toEqual([]);
    expect(await listed(store.listBefore('results/', Date.now() - 60_000))).toEqual([]);
    expect(await listed(store.listBefore('results/', Date.now() + 60_000))).toHaveLength(3);
  });

  it('removes many, says how many there were, and leaves the others', async () => {
    await fill('results/a.png', 'originals/a.jpg', 'results/b.png');
    expect(await store.deleteAll(['results/a.png', 'originals/a.jpg', 'results/a.json', 'x/y'])).toBe(2);
    expect(await listed(store.list('results/'))).toEqual(['results/b.png']);
    expect(await store.deleteAll([])).toBe(0);
  });

  it('takes no key that leads anywhere else', async () => {
    const source = new PassThrough();
    const attempts = [
      store.put('../outside', source, PNG),
      store.putIfAbsent('/x', Buffer.from('x'), PNG),
      store.putFile('a/../../outside', '/etc/hostname', PNG),
      store.open('../../etc/passwd'),
      store.exists('.parts/x'),
      store.delete('..'),
      store.deleteAll(['results/a.png', '../../outside']),
      listed(store.list('results')),
    ];
    const errors = await Promise.all(attempts.map(errorOf));
    expect(errors.map((error) => error instanceof InvalidArtifactKey)).toEqual(attempts.map(() => true));
    expect(source.destroyed).toBe(true);
  });
});

describe('an artifact store in S3 without conditional writes', () => {
  it('keeps the first note all the same, unless two come in the same moment', async () => {
    const { empty, stop } = await s3('plain')();
    onTestFinished(stop);
    const store = await empty('plain');
    expect(await store.putIfAbsent(KEY, Buffer.from('first'), PNG)).toBe(true);
    expect(await store.putIfAbsent(KEY, Buffer.from('second'), PNG)).toBe(false);
    expect((await store.read(KEY)).toString()).toBe('first');
  });
});
