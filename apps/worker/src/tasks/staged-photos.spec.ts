import { ArtifactNotFound, LocalArtifactStore } from '@app/artifact-store';
import type { TaskMessage } from '@app/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnv } from '../env.js';
import { StagedPhotos } from './staged-photos.js';

const task = (name: string) => ({ image: { key: `canonical/${name}.png` } }) as TaskMessage;

describe('StagedPhotos', () => {
  let root: string;
  let store: LocalArtifactStore;
  let photos: StagedPhotos;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-staged-'));
    store = new LocalArtifactStore(root);
    photos = new StagedPhotos(readEnv({ WORKER_LOOKAHEAD: '2' }), store);
    for (const name of ['a', 'b', 'c']) {
      await store.put(`canonical/${name}.png`, Buffer.from(name), 'image/png');
    }
  });
  afterEach(() => rm(root, { recursive: true }));

  it('has read a staged photo before it is taken, and keeps it no longer', async () => {
    const read = vi.spyOn(store, 'read');
    photos.stage(task('a'));
    await read.mock.results[0]?.value;
    await store.delete('canonical/a.png');
    expect(String(await photos.take(task('a')))).toBe('a');
    await expect(photos.take(task('a'))).rejects.toBeInstanceOf(ArtifactNotFound);
  });

  it('reads what was not staged, or could not be read then', async () => {
    expect(String(await photos.take(task('a')))).toBe('a');
    photos.stage(task('d'));
    await expect(photos.take(task('d'))).rejects.toBeInstanceOf(ArtifactNotFound);
    photos.stage(task('e'));
    await new Promise(setImmediate);
    await store.put('canonical/e.png', Buffer.from('e'), 'image/png');
    expect(String(await photos.take(task('e')))).toBe('e');
  });

  it('forgets the oldest where more are staged than it may hold', async () => {
    const read = vi.spyOn(store, 'read');
    for (const name of ['a', 'b', 'c']) photos.stage(task(name));
    for (const name of ['a', 'b', 'c']) await photos.take(task(name));
    const keys = read.mock.calls.map(([key]) => key.replace('canonical/', ''));
    expect(keys).toEqual(['a.png', 'b.png', 'c.png', 'a.png']);
  });
});
