import { LocalArtifactStore } from '@app/artifact-store';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chainOf, pieceOf } from './upload-piece-keys.js';
import { UploadPieces } from './upload-pieces.js';

const PHOTO = randomBytes(3_000_000);

describe('UploadPieces', () => {
  const id = randomUUID();
  let root: string;
  /** Two API instances. */
  let one: UploadPieces;
  let other: UploadPieces;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-pieces-'));
    const folder = join(root, 'incoming');
    await mkdir(folder);
    [one, other] = [0, 1].map(() => new UploadPieces(new LocalArtifactStore(root), folder)) as [
      UploadPieces,
      UploadPieces,
    ];
  });
  afterEach(() => rm(root, { recursive: true }));

  const send = (from: number, to: number) => Readable.from([PHOTO.subarray(from, to)]);
  const left = async () => (await readdir(join(root, 'uploads'))).length;

  it('goes on at another instance, and gives the whole as it was', async () => {
    expect(await one.arrived(id)).toBeUndefined();
    await one.create(id);
    expect(await other.arrived(id)).toMatchObject({ bytes: 0 });
    expect(await one.append(id, 0, send(0, 100_000))).toBe(100_000);
    expect(await other.append(id, 100_000, send(100_000, 2_500_000))).toBe(2_500_000);
    expect(await one.append(id, 2_500_000, send(2_500_000, PHOTO.length))).toBe(PHOTO.length);
    const copy = await other.copy(id);
    expect((await readFile(copy.path)).equals(PHOTO)).toBe(true);
    expect(copy).toMatchObject({
      bytes: PHOTO.length,
      sha256: createHash('sha256').update(PHOTO).digest('hex'),
    });
    await other.remove(id);
    expect([await one.arrived(id), await left()]).toEqual([undefined, 0]);
  });

  it('keeps what had come when a line broke', async () => {
    await one.create(id);
    const broken = Readable.from(
      (async function* () {
        yield* [PHOTO.subarray(0, 1_500_000), PHOTO.subarray(1_500_000, 1_600_000)];
        throw await Promise.resolve(new Error('aborted'));
      })(),
    );
    await expect(one.append(id, 0, broken)).rejects.toThrow('aborted');
    expect(await other.arrived(id)).toMatchObject({ bytes: 1_600_000 });
  });

  it('takes bytes that came to two instances once', async () => {
    await one.create(id);
    await Promise.all([one.append(id, 0, send(0, 900_000)), other.append(id, 0, send(0, 700_000))]);
    await other.append(id, 700_000, send(700_000, 1_000_000));
    await one.append(id, 1_000_000, send(1_000_000, PHOTO.length));
    const { path } = await one.copy(id);
    expect((await readFile(path)).equals(PHOTO)).toBe(true);
  });

  it('forgets what nobody knows', async () => {
    await one.create(id);
    await one.removeForgotten(Date.now() - 60_000);
    expect(await left()).toBe(1);
    await one.removeForgotten(Date.now() + 60_000);
    expect(await left()).toBe(0);
  });

  it('reads no other key, and sees gaps', () => {
    expect(pieceOf(`uploads/${id}.x-1.2`)).toBeUndefined();
    const piece = (from: number, to: number) => ({ key: `${from}-${to}`, from, to, at: 0 });
    expect(chainOf([piece(20, 30), piece(0, 10)]).end).toBe(10);
    expect(chainOf([piece(5, 30), piece(0, 10), piece(0, 0), piece(2, 8)])).toEqual({
      steps: [
        { key: '0-10', skip: 0 },
        { key: '5-30', skip: 5 },
      ],
      end: 30,
    });
  });
});
