import { ArtifactNotFound, ArtifactStoreUnavailable, LocalArtifactStore } from '@app/artifact-store';
import type { ArtifactRef } from '@app/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CanonicalPhotos } from './canonical-photos.js';

const NEAR = { comfyuiUrls: ['http://127.0.0.1:8188', 'http://comfyui:8188'] };
const FAR = { comfyuiUrls: ['http://127.0.0.1:8188', 'https://comfy.example.org'] };

describe('CanonicalPhotos', () => {
  let root: string;
  let store: LocalArtifactStore;
  let photos: CanonicalPhotos;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-canonical-'));
    store = new LocalArtifactStore(root);
    photos = new CanonicalPhotos(store, NEAR);
  });
  afterEach(async () => rm(root, { recursive: true }));

  async function put(key: string, data: Buffer, mediaType: ArtifactRef['mediaType']): Promise<ArtifactRef> {
    const stored = await store.put(key, data, mediaType);
    return { key, mediaType, width: 32, height: 48, ...stored };
  }

  const jpeg = () =>
    sharp({ create: { width: 48, height: 32, channels: 3, background: 'teal' } })
      .withExif({ IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();

  it('stands a photo upright and leaves nothing of it but its pixels', async () => {
    const png = await photos.read(await put('originals/a.jpg', await jpeg(), 'image/jpeg'));
    const { format, width, height, exif, orientation } = await sharp(png).metadata();
    expect({ format, width, height, exif, orientation }).toEqual({
      format: 'png',
      width: 32,
      height: 48,
      exif: undefined,
      orientation: undefined,
    });
    expect(png.includes('somebody')).toBe(false);
  });

  it('changes no pixel of a picture that is canonical already', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
    const canonical = await sharp({
      create: { width: 32, height: 48, channels: 3, background: 'white', noise },
    })
      .png()
      .toBuffer();
    const png = await photos.read(await put('canonical/a.png', canonical, 'image/png'));
    const [before, after] = await Promise.all([canonical, png].map((each) => sharp(each).raw().toBuffer()));
    expect(after!.equals(before!)).toBe(true);
  });

  it('takes a file of any size that was taken in, and no larger one than that', async () => {
    const padded = Buffer.concat([await jpeg(), Buffer.alloc(21 * 1024 * 1024)]);
    const ref = await put('originals/large.jpg', padded, 'image/jpeg');
    expect((await photos.read(ref)).length).toBeGreaterThan(0);
    await expect(photos.read({ ...ref, bytes: ref.bytes - 1 })).rejects.toMatchObject({ code: 'bad_image' });
  });

  it.each([
    ['cut off', async () => (await jpeg()).subarray(0, 300)],
    ['empty', async () => Buffer.alloc(0)],
    ['no picture', async () => Buffer.from('GIF89a, or a letter')],
  ])('calls one that is %s a bad image, which nobody need try again', async (_what, make) => {
    const ref = await put('originals/b.jpg', await make(), 'image/jpeg');
    await expect(photos.read({ ...ref, bytes: 10_000 })).rejects.toMatchObject({
      name: 'TaskFailure',
      code: 'bad_image',
    });
  });

  it('says that the photo is gone where it is', async () => {
    const ref = await put('originals/c.jpg', await jpeg(), 'image/jpeg');
    await store.delete(ref.key);
    await expect(photos.read(ref)).rejects.toBeInstanceOf(ArtifactNotFound);
  });

  it('compresses only where an engine is far away', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 10 };
    const photo = await sharp({
      create: { width: 320, height: 240, channels: 3, background: 'white', noise },
    })
      .blur(3)
      .jpeg()
      .toBuffer();
    const ref = await put('originals/d.jpg', photo, 'image/jpeg');
    const [near, far] = await Promise.all(
      [NEAR, FAR].map((env) => new CanonicalPhotos(store, env).read(ref)),
    );
    expect(near!.length).toBeGreaterThan(320 * 240 * 3);
    expect(far!.length).toBeLessThan(near!.length / 2);
    const [one, other] = await Promise.all([near, far].map((each) => sharp(each).raw().toBuffer()));
    expect(one!.equals(other!)).toBe(true);
  });

  it('does not blame the photo for a store that breaks off', async () => {
    const ref = await put('originals/e.jpg', await jpeg(), 'image/jpeg');
    const broken = Object.assign(Object.create(store) as LocalArtifactStore, {
      open: () => Promise.resolve({ stream: failing(), bytes: ref.bytes }),
    });
    await expect(new CanonicalPhotos(broken, NEAR).read(ref)).rejects.toBeInstanceOf(
      ArtifactStoreUnavailable,
    );
  });
});

/** A disk that breaks after the first bytes. */
function failing(): Readable {
  return Readable.from(
    (function* () {
      yield Buffer.alloc(10);
      throw Object.assign(new Error('the disk is broken'), { code: 'EIO' });
    })(),
  );
}
