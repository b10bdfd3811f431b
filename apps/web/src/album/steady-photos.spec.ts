import { describe, expect, it } from 'vitest';
import type { Photo } from '../photo/photo.js';
import type { Upload } from '../uploads/upload.js';
import { SteadyPhotos } from './steady-photos.js';

const unsent = (key: string) => ({ key, task: null, uploadId: key }) as Photo;
const sent = (key: string, of = 'another', bytes = 7) =>
  ({ key, task: { id: key, filename: `${of}.jpg`, input: { bytes } }, uploadId: null }) as Photo;
const upload = (id: string, taskId: string | null = null, phase: Upload['phase'] = 'sending') =>
  ({ id, taskId, phase, name: `${id}.jpg`, bytes: 5 }) as Upload;

describe('SteadyPhotos', () => {
  const names = (steady: SteadyPhotos, photos: Photo[], uploads: Upload[] = []) =>
    steady.order(photos, uploads).map((photo) => steady.nameOf(photo));

  it('keeps a photo in its place and its name when the API takes it before others', () => {
    const steady = new SteadyPhotos();
    expect(names(steady, [unsent('a'), unsent('b'), unsent('c')])).toEqual(['a', 'b', 'c']);
    const taken = [sent('task of b'), unsent('a'), unsent('c')];
    expect(names(steady, taken, [upload('b', 'task of b')])).toEqual(['a', 'b', 'c']);
    expect(steady.order(taken, [])[1]!.key).toBe('task of b');
  });

  it('remembers the pair when the upload has left the list', () => {
    const steady = new SteadyPhotos();
    names(steady, [unsent('a')], [upload('a', 'task of a')]);
    expect(names(steady, [sent('task of a')])).toEqual(['a']);
  });

  it('shows a photo once whose task is heard of before its upload knows', () => {
    const steady = new SteadyPhotos();
    const uploads = [upload('a'), upload('b')];
    names(steady, [unsent('a'), unsent('b')], uploads);
    const heard = [sent('task of a', 'a', 5), unsent('a'), unsent('b')];
    expect(names(steady, heard, uploads)).toEqual(['a', 'b']);
    expect(steady.order(heard, uploads)[0]!.key).toBe('task of a');
    expect(names(steady, [sent('task of a', 'a', 5), unsent('b')], [upload('b')])).toEqual(['a', 'b']);
  });

  it('brings a photo back to its place when the upload says at last which task it became', () => {
    const steady = new SteadyPhotos();
    const waits = upload('a', null, 'waiting_to_send');
    names(steady, [unsent('a'), unsent('b')], [waits]);
    expect(names(steady, [sent('task', 'a', 5), unsent('a'), unsent('b')], [waits])).toEqual([
      'a',
      'b',
      'task',
    ]);
    const accepted = upload('a', 'task', 'accepted');
    expect(names(steady, [sent('task', 'a', 5), unsent('b')], [accepted])).toEqual(['a', 'b']);
    expect(names(steady, [sent('task', 'a', 5), unsent('b')])).toEqual(['a', 'b']);
  });

  it('leaves a photo where it is when it is heard only later which upload it was', () => {
    const steady = new SteadyPhotos();
    expect(names(steady, [sent('task'), sent('x')])).toEqual(['task', 'x']);
    expect(names(steady, [sent('task'), sent('x')], [upload('a', 'task', 'accepted')])).toEqual(['a', 'x']);
  });

  it('lets go of a task that it took for an upload when that has become another', () => {
    const steady = new SteadyPhotos();
    expect(names(steady, [sent('old', 'a', 5), unsent('a')], [upload('a')])).toEqual(['a']);
    const both = [sent('old', 'a', 5), sent('task of a', 'a', 5)];
    expect(names(steady, both, [upload('a', 'task of a', 'accepted')])).toEqual(['a', 'old']);
  });

  it('takes no task for an upload of another size, of one that waits, or that was there before', () => {
    const steady = new SteadyPhotos();
    expect(names(steady, [sent('x', 'a', 6), unsent('a')], [upload('a')])).toEqual(['x', 'a']);
    expect(names(steady, [sent('y', 'a', 5), unsent('a')], [upload('a', null, 'paused')])).toEqual([
      'a',
      'y',
    ]);
    expect(names(steady, [sent('y', 'a', 5), unsent('a')], [upload('a')])).toEqual(['a', 'y']);
  });

  it('takes photos of others in the order of the album, after what was there', () => {
    const steady = new SteadyPhotos();
    expect(names(steady, [sent('x'), sent('y')])).toEqual(['x', 'y']);
    expect(names(steady, [sent('x'), sent('y'), sent('z'), unsent('a')])).toEqual(['x', 'y', 'z', 'a']);
    expect(names(steady, [sent('y'), unsent('a')])).toEqual(['y', 'a']);
  });
});
