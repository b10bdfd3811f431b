import { TASK_STATES, type TaskView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import type { Upload, UploadPhase } from '../uploads/upload.js';
import { canCancel, canErase, canRetry, countPhotos, isUnderWay } from './photo-counts.js';
import { PHASES, type Phase, type Photo } from './photo.js';
import { toPhotos } from './to-photos.js';

const task = (id: string, change: Partial<TaskView> = {}): TaskView =>
  ({
    id,
    type: 'person',
    status: 'queued',
    filename: `${id}.jpg`,
    client_ref: 'box 1',
    urls: { thumbnail: `/v1/tasks/${id}/thumbnail` },
    ...change,
  }) as TaskView;
const upload = (id: string, change: Partial<Upload> = {}): Upload =>
  ({
    id,
    name: `${id}.jpg`,
    choice: { type: 'auto', parameters: {} },
    type: null,
    clientRef: null,
    phase: 'sending',
    percent: 20,
    problem: null,
    thumbnailUrl: null,
    taskId: null,
    ...change,
  }) as Upload;

describe('the photos of an album', () => {
  it('are those that the API has, then those on this device', () => {
    const photos = toPhotos([upload('u', { type: 'building' }), upload('v')], [task('a'), task('b')]);
    expect(photos).toMatchObject([
      {
        key: 'a',
        name: 'a.jpg',
        type: 'person',
        phase: 'in_line',
        thumbnailUrl: '/v1/tasks/a/thumbnail',
        clientRef: 'box 1',
      },
      { key: 'b' },
      { key: 'u', type: 'building', phase: 'sending', sentPercent: 20, uploadId: 'u', task: null },
      { key: 'v', type: 'auto' },
    ]);
  });

  it('never show one twice, and none goes missing on its way', () => {
    const accepted = upload('u', { phase: 'accepted', taskId: 'a' });
    expect(toPhotos([accepted], [])).toMatchObject([{ key: 'u', phase: 'sending', sentPercent: 100 }]);
    expect(toPhotos([accepted], [task('a')]).map(({ key }) => key)).toEqual(['a']);
  });

  it('know which upload they were, also after that has left the list', () => {
    const [one, other] = [task('known'), task('b')];
    expect(toPhotos([], [one])).toMatchObject([{ uploadId: null }]);
    const accepted = upload('u', { phase: 'accepted', taskId: 'known' });
    expect(toPhotos([accepted], [one])).toMatchObject([{ key: 'known', uploadId: 'u' }]);
    expect(toPhotos([], [one, other])).toMatchObject([{ uploadId: 'u' }, { uploadId: null }]);
    expect(toPhotos([], [one])[0]).toBe(toPhotos([], [one])[0]);
  });

  it('show the result once there is one', () => {
    const [done] = toPhotos([], [task('a', { status: 'succeeded' })]);
    expect(done?.thumbnailUrl).toBe('/v1/tasks/a/thumbnail?of=result');
  });

  it('stay the same objects while nothing of them changes', () => {
    const [one, two, sending] = [task('a'), task('b'), upload('u')];
    const before = toPhotos([sending], [one, two]);
    const after = toPhotos([sending], [one, { ...two, status: 'running' }]);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(after[2]).toBe(before[2]);
  });

  it('have a phase for every state', () => {
    const ofTasks = TASK_STATES.map((status) => toPhotos([], [task('a', { status })])[0]?.phase);
    expect(ofTasks).toEqual(['in_line', 'working', 'done', 'failed', 'stopped', 'expired']);
    const phases: UploadPhase[] = ['checking', 'waiting_to_send', 'paused', 'sending', 'refused', 'lost'];
    expect(phases.map((phase) => toPhotos([upload('u', { phase })], [])[0]?.phase)).toEqual(phases);
  });
});

const photo = (phase: Phase, change: Partial<Photo> = {}): Photo => ({
  ...toPhotos([upload('u')], [])[0]!,
  phase,
  ...change,
});

describe('counts', () => {
  it('add up to all photos', () => {
    const { total, underWay, ...groups } = countPhotos(PHASES.map((phase) => photo(phase)));
    expect(Object.values(groups).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(groups).toEqual({ unsent: 4, waiting: 1, working: 1, done: 1, failed: 3, stopped: 1, lost: 1 });
    expect(underWay).toBe(5);
  });
});

describe('what can be done with a photo', () => {
  const which = (can: (photo: Photo) => boolean) => PHASES.filter((phase) => can(photo(phase)));

  it('depends on where it is', () => {
    expect(which(isUnderWay)).toEqual(['checking', 'waiting_to_send', 'sending', 'in_line', 'working']);
    expect(which(canCancel)).toEqual([
      'checking',
      'waiting_to_send',
      'paused',
      'sending',
      'in_line',
      'working',
    ]);
    expect(which(canErase)).toEqual(['refused', 'lost']);
    expect(canErase(photo('done', { task: task('a', { status: 'succeeded' }) }))).toBe(true);
    expect(canErase(photo('working', { task: task('a', { status: 'running' }) }))).toBe(false);
  });

  it('is trying again where that may help', () => {
    const failed = (code: string) =>
      photo('failed', { task: task('a', { error: { code, message: '' } as never }) });
    expect(which(canRetry)).toEqual(['failed', 'stopped', 'expired']);
    expect(canRetry(failed('timed_out'))).toBe(true);
    expect(canRetry(failed('bad_image'))).toBe(false);
    expect(canRetry(photo('refused', { problem: 'internal_error' }))).toBe(true);
    expect(canRetry(photo('refused', { problem: 'heic_photo' }))).toBe(false);
  });
});
