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

  it('shows a photo once that has arrived and whose answer was lost', () => {
    const steady = new SteadyPhotos();
    const arrived = { ...upload('a', null, 'waiting_to_send'), percent: 100 };
    names(steady, [unsent('a'), unsent('b')], [arrived, upload('b')]);
    const heard = [sent('task', 'a', 5), unsent('a'), unsent('b')];
    expect(names(steady, heard, [arrived, upload('b')])).toEqual(['a', 'b']);
    expect(steady.order(heard, [arrived])[0]!.key).toBe('task');
  });

  it('keeps photos apart that have the same name and size', () => {
    const steady = new SteadyPhotos();
    const [one, two] = ['1', '2'].map((id) => ({ ...upload(id), name: 'scan.jpg' })) as [Upload, Upload];
    const [task1, task2] = [sent('task 1', 'scan', 5), sent('task 2', 'scan', 5)];
    names(steady, [unsent('1'), unsent('2')], [one, two]);
    expect(names(steady, [task1, unsent('1'), unsent('2')], [one, two])).toEqual(['1', '2']);
    const said = { ...one, taskId: 'task 1', phase: 'accepted' } as const;
    expect(names(steady, [task1, task2, unsent('2')], [said, two])).toEqual(['1', '2']);
    expect(names(steady, [task1, task2])).toEqual(['1', '2']);
    expect(steady.order([task1, task2], [])).toEqual([task1, task2]);
  });

  it('puts photos of the same name and size right that it took for each other', () => {
    const steady = new SteadyPhotos();
    const [one, two] = ['1', '2'].map((id) => ({ ...upload(id), name: 'scan.jpg' })) as [Upload, Upload];
    const [task1, task2] = [sent('task 1', 'scan', 5), sent('task 2', 'scan', 5)];
    names(steady, [unsent('1'), unsent('2')], [one, two]);
    // The second one was taken by the API before the first one.
    names(steady, [task2, unsent('1'), unsent('2')], [one, two]);
    const accepted = (of: Upload, taskId: string) => ({ ...of, taskId, phase: 'accepted' }) as Upload;
    expect(names(steady, [task2, unsent('1')], [one, accepted(two, 'task 2')])).toEqual(['1', '2']);
    names(steady, [task2, task1, unsent('1')], [one, accepted(two, 'task 2')]);
    const both = [accepted(one, 'task 1'), accepted(two, 'task 2')];
    expect(names(steady, [task2, task1], both)).toEqual(['1', '2']);
    expect(steady.order([task2, task1], [])).toEqual([task1, task2]);
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
