import type { TaskView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import {
  canTakeOff,
  canTryAgain,
  countPhotos,
  EMPTY_PAGE,
  reduce,
  unfinishedTaskIds,
  type PageAction,
  type PageState,
} from './task-state.js';

const TASK: TaskView = {
  id: 'task-1',
  type: 'person',
  status: 'queued',
  seq: 1,
  priority: 0,
  queue_position: 3,
  moved_back_by: null,
  estimate: null,
  delayed_by: null,
  gpu_memory_used_percent: null,
  retry_at: null,
  progress: null,
  attempts: 0,
  album_id: null,
  client_ref: null,
  filename: 'a.jpg',
  parameters: {},
  adjusted: [],
  input: { url: '/o', media_type: 'image/jpeg', width: 1, height: 1, bytes: 1, sha256: '' },
  output: null,
  engine: null,
  error: null,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  expires_at: '2026-01-31T00:00:00Z',
  urls: {
    self: '/s',
    original: '/o',
    result: '/r',
    thumbnail: '/t',
    timeline: '/l',
    events: '/e',
    cancel: '/c',
    retry: '/a',
  },
};
const task = (change: Partial<TaskView>): PageAction => ({ kind: 'task', task: { ...TASK, ...change } });
const failure = (code: 'timed_out' | 'bad_image') => ({ code, message: 'words for operators' });

const ADDED: PageAction = { kind: 'added', photos: [{ key: 'k', name: 'a.jpg', type: 'person' }] };
const ACCEPTED: PageAction = { kind: 'accepted', key: 'k', task: TASK };

const after = (...actions: PageAction[]): PageState => actions.reduce(reduce, EMPTY_PAGE);
const only = (...actions: PageAction[]) => after(...actions).photos[0]!;

describe('a photo on its way', () => {
  it('goes from checking through the line to done', () => {
    const steps: [PageAction, string][] = [
      [ADDED, 'checking'],
      [{ kind: 'ready_to_send', key: 'k' }, 'waiting_to_send'],
      [{ kind: 'sending', key: 'k', percent: 40 }, 'sending'],
      [ACCEPTED, 'in_line'],
      [task({ status: 'running', attempts: 1, queue_position: null }), 'working'],
      [task({ status: 'succeeded', attempts: 1, queue_position: null }), 'done'],
    ];
    let state = EMPTY_PAGE;
    for (const [action, phase] of steps) {
      state = reduce(state, action);
      expect(state.photos[0]?.phase).toBe(phase);
    }
  });

  it('keeps its thumbnail and gets a fresh start when it is sent again', () => {
    const photo = only(
      ADDED,
      { kind: 'thumbnail', key: 'k', thumbnail: 'data:image/jpeg;base64,AA' },
      ACCEPTED,
      task({ status: 'failed', attempts: 2, error: failure('timed_out') }),
      { kind: 'ready_to_send', key: 'k' },
    );
    expect(photo).toMatchObject({ phase: 'waiting_to_send', thumbnail: 'data:image/jpeg;base64,AA' });
    expect(photo).toMatchObject({ taskId: null, task: null, failure: null });
  });

  it('goes back to the line with the reason when an attempt failed', () => {
    const photo = only(
      ADDED,
      ACCEPTED,
      task({ seq: 2, status: 'running', attempts: 1 }),
      task({ seq: 3, attempts: 1, error: failure('timed_out') }),
    );
    expect(photo).toMatchObject({ phase: 'in_line', failure: 'timed_out' });
  });

  it('runs once more in the same attempt when its worker was lost', () => {
    const photo = only(
      ADDED,
      ACCEPTED,
      task({ seq: 2, status: 'running', attempts: 1 }),
      task({ seq: 3, attempts: 1 }),
      task({ seq: 4, status: 'running', attempts: 1 }),
    );
    expect(photo.phase).toBe('working');
  });

  it('moves in line, and shows its progress', () => {
    const place = {
      id: 'task-1',
      queue_position: 2,
      moved_back_by: null,
      estimate: null,
      delayed_by: null,
      gpu_memory_used_percent: null,
    };
    expect(only(ADDED, ACCEPTED, { kind: 'places', places: [place] }).task?.queue_position).toBe(2);
    const progress = { stage: 'running', percent: 40 } as const;
    const running = only(ADDED, ACCEPTED, task({ seq: 2, status: 'running' }), {
      kind: 'progress',
      taskId: 'task-1',
      progress,
    });
    expect(running.task?.progress).toEqual(progress);
  });
});

describe('answers that were overtaken', () => {
  it.each<[string, PageAction, PageAction, string]>([
    ['queued after running', task({ seq: 2, status: 'running' }), task({ seq: 1 }), 'working'],
    [
      'running after done',
      task({ seq: 3, status: 'succeeded' }),
      task({ seq: 2, status: 'running' }),
      'done',
    ],
    ['running after back in line', task({ seq: 3 }), task({ seq: 2, status: 'running' }), 'in_line'],
    [
      'a place after its turn came',
      task({ seq: 2, status: 'running' }),
      {
        kind: 'places',
        places: [
          {
            id: 'task-1',
            queue_position: 1,
            moved_back_by: null,
            estimate: null,
            delayed_by: null,
            gpu_memory_used_percent: null,
          },
        ],
      },
      'working',
    ],
    [
      'progress after the end',
      task({ seq: 3, status: 'succeeded' }),
      { kind: 'progress', taskId: 'task-1', progress: { stage: 'saving', percent: null } },
      'done',
    ],
  ])('%s changes nothing', (_, newer, older, phase) => {
    const before = after(ADDED, ACCEPTED, newer);
    const state = reduce(before, older);
    expect(state).toBe(before);
    expect(state.photos[0]?.phase).toBe(phase);
  });

  it('a new place in line does change it', () => {
    expect(only(ADDED, ACCEPTED, task({ queue_position: 2 })).task?.queue_position).toBe(2);
  });
});

const batch = (...keys: string[]): PageAction => ({
  kind: 'added',
  photos: keys.map((key) => ({ key, name: key, type: 'person' })),
});

describe('the list', () => {
  it('has the newest batch on top, in the order in which its photos were added', () => {
    expect(after(batch('a', 'b'), batch('c', 'd')).photos.map(({ key }) => key)).toEqual([
      'c',
      'd',
      'a',
      'b',
    ]);
  });

  it('asks for remembered tasks and drops those the API forgot', () => {
    const remembered: PageAction = {
      kind: 'remembered',
      photos: [{ key: 'k', name: 'a.jpg', type: 'person', thumbnail: null, taskId: 'task-1' }],
    };
    expect(unfinishedTaskIds(after(remembered))).toEqual(['task-1']);
    expect(unfinishedTaskIds(after(remembered, task({ status: 'succeeded' })))).toEqual([]);
    const gone = after(remembered, { kind: 'gone', taskId: 'task-1' });
    expect(gone.photos[0]?.phase).toBe('gone');
    expect(unfinishedTaskIds(gone)).toEqual([]);
  });

  it('counts what is ready, what failed and what is not sent yet', () => {
    const state = after(
      { kind: 'added', photos: ['a', 'b', 'c', 'k'].map((key) => ({ key, name: key, type: 'person' })) },
      { kind: 'refused', key: 'a', problem: 'unsupported_format' },
      { kind: 'held', key: 'b', problem: 'offline' },
      ACCEPTED,
      task({ status: 'succeeded', attempts: 1 }),
    );
    expect(countPhotos(state)).toEqual({ total: 4, done: 1, failed: 1, unsent: 2 });
  });

  it('leaves untouched photos the same objects, and the state too when nothing changed', () => {
    const before = after(
      { kind: 'added', photos: ['x', 'k'].map((key) => ({ key, name: key, type: 'person' })) },
      ACCEPTED,
    );
    expect(reduce(before, { kind: 'sending', key: 'k', percent: 1 }).photos[0]).toBe(before.photos[0]);
    expect(reduce(before, task({ id: 'foreign' }))).toBe(before);
    expect(reduce(before, { kind: 'link', link: 'connecting' })).toBe(before);
    expect(reduce(before, { kind: 'removed', key: 'k' }).photos.map(({ key }) => key)).toEqual(['x']);
  });
});

describe('what may be done with a photo', () => {
  it('offers another try only where it can help', () => {
    expect(canTryAgain(only(ADDED, ACCEPTED, task({ status: 'failed', error: failure('timed_out') })))).toBe(
      true,
    );
    expect(canTryAgain(only(ADDED, ACCEPTED, task({ status: 'failed', error: failure('bad_image') })))).toBe(
      false,
    );
    expect(canTryAgain(only(ADDED, ACCEPTED, task({ status: 'expired' })))).toBe(true);
    expect(canTryAgain(only(ADDED, ACCEPTED, task({ status: 'cancelled' })))).toBe(true);
    expect(canTryAgain(only(ADDED, { kind: 'refused', key: 'k', problem: 'internal_error' }))).toBe(true);
    expect(canTryAgain(only(ADDED, { kind: 'refused', key: 'k', problem: 'image_damaged' }))).toBe(false);
    expect(canTryAgain(only(ADDED, ACCEPTED))).toBe(false);
  });

  it('keeps a photo on the list while it is on its way', () => {
    expect(canTakeOff(only(ADDED, ACCEPTED))).toBe(false);
    expect(canTakeOff(only(ADDED, ACCEPTED, task({ status: 'succeeded' })))).toBe(true);
    expect(canTakeOff(only(ADDED, { kind: 'held', key: 'k', problem: 'offline' }))).toBe(true);
  });
});
