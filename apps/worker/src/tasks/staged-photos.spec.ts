import { TaskFailure, type ArtifactRef, type TaskMessage } from '@app/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { readEnv } from '../env.js';
import type { CanonicalPhotos } from '../photos/canonical-photos.js';
import { StagedPhotos } from './staged-photos.js';

const task = (name: string) => ({ image: { key: `originals/${name}.jpg` } }) as TaskMessage;

describe('StagedPhotos', () => {
  /** The photos there are, and what was asked for. */
  let there: Set<string>;
  let asked: string[];
  let photos: StagedPhotos;

  beforeEach(() => {
    there = new Set(['a', 'b', 'c']);
    asked = [];
    const canonical = {
      read: ({ key }: ArtifactRef) => {
        const name = key.replace(/^.*\/|\..*$/g, '');
        asked.push(name);
        return there.has(name)
          ? Promise.resolve(Buffer.from(name))
          : Promise.reject(new TaskFailure('bad_image', name));
      },
    } as CanonicalPhotos;
    photos = new StagedPhotos(readEnv({ WORKER_LOOKAHEAD: '2' }), canonical);
  });

  it('has made a staged photo before it is taken, and keeps it no longer', async () => {
    photos.stage(task('a'));
    there.clear();
    expect(String(await photos.take(task('a')))).toBe('a');
    await expect(photos.take(task('a'))).rejects.toMatchObject({ code: 'bad_image' });
  });

  it('makes what was not staged, or could not be made then', async () => {
    expect(String(await photos.take(task('a')))).toBe('a');
    photos.stage(task('d'));
    await expect(photos.take(task('d'))).rejects.toMatchObject({ code: 'bad_image' });
    photos.stage(task('e'));
    await new Promise(setImmediate);
    there.add('e');
    expect(String(await photos.take(task('e')))).toBe('e');
  });

  it('forgets the oldest where more are staged than it may hold', async () => {
    for (const name of ['a', 'b', 'c']) photos.stage(task(name));
    for (const name of ['a', 'b', 'c']) await photos.take(task(name));
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
