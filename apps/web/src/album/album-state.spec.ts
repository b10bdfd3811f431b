import type { AlbumCounts, AlbumView, LivePlace, TaskView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import type { TopicMessage } from '../live/live-topics.js';
import { applyNews, UNKNOWN_ALBUM, type AlbumNews, type AlbumState } from './album-state.js';

const topic = 'album:A' as const;
const NO_PLACE = {
  queue_position: null,
  moved_back_by: null,
  estimate: null,
  delayed_by: null,
  gpu_memory_used_percent: null,
};
const task = (id: string, change: Partial<TaskView> = {}): TaskView =>
  ({
    id,
    seq: 1,
    status: 'queued',
    ...NO_PLACE,
    progress: null,
    parameters: { size: 512 },
    ...change,
  }) as TaskView;
const COUNTS: AlbumCounts = {
  total: 0,
  queued: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  expired: 0,
};
const ALBUM = { id: 'A', title: 'Shoebox', seq: 0, counts: COUNTS, access: 'edit' } as AlbumView;
const told = (message: TopicMessage): AlbumNews => ({ kind: 'message', message });
const part = (seq: number, tasks: TaskView[], complete = true): AlbumNews =>
  told({ event: 'snapshot', data: { topic, seq, complete, tasks, counts: { ...COUNTS, total: 3 } } });
const step = (seq: number, of: TaskView): AlbumNews =>
  told({ event: 'step', data: { topic, seq, entry: {} as never, task: of, counts: COUNTS } });
const places = (...moved: (Partial<LivePlace> & { id: string })[]): AlbumNews =>
  told({ event: 'places', data: { topic, places: moved.map((place) => ({ ...NO_PLACE, ...place })) } });
const progress = (id: string, percent: number): AlbumNews =>
  told({ event: 'progress', data: { topic, id, progress: { stage: 'running', percent } } });
const erased = (id: string): AlbumNews => told({ event: 'erased', data: { topic, id, seq: null } });

const after = (...news: AlbumNews[]): AlbumState => applyNews(UNKNOWN_ALBUM, news);
const idsOf = ({ tasks }: AlbumState): string => tasks.map(({ id }) => id).join('');
/** `a b c`, of which all wait. */
const WAITING = after({ kind: 'album', album: ALBUM }, part(3, [task('a'), task('b'), task('c')]));

describe('an album', () => {
  it('is ready once it and all its tasks are known', () => {
    expect(after({ kind: 'album', album: ALBUM }).state).toBe('loading');
    expect(after(part(1, [task('a')])).state).toBe('loading');
    const half = after({ kind: 'album', album: ALBUM }, part(1, [task('a')], false));
    expect(half).toMatchObject({ state: 'loading', tasks: [{ id: 'a' }], album: { counts: { total: 3 } } });
    const whole = applyNews(half, [part(1, [task('b')])]);
    expect(whole).toMatchObject({ state: 'ready', album: { counts: { total: 2, queued: 2 } } });
    expect(idsOf(whole)).toBe('ab');
  });

  it('may be empty', () => {
    expect(after({ kind: 'album', album: ALBUM }, part(0, []))).toMatchObject({ state: 'ready', tasks: [] });
  });

  it('takes another title without losing what is known of the tasks', () => {
    const renamed = applyNews(WAITING, [{ kind: 'album', album: { ...ALBUM, title: '外婆' } }]);
    expect(renamed).toMatchObject({ state: 'ready', album: { title: '外婆', seq: 3, counts: { total: 3 } } });
    expect(renamed.tasks).toBe(WAITING.tasks);
  });

  it('is gone when it was erased, and when nobody may see it', () => {
    expect(applyNews(WAITING, [erased('A')]).state).toBe('gone');
    expect(applyNews(WAITING, [{ kind: 'gone' }]).state).toBe('gone');
  });

  it('says how it is reached', () => {
    expect(applyNews(WAITING, [{ kind: 'link', link: 'away' }]).link).toBe('away');
  });
});

describe('what a step tells', () => {
  it('is added at the end, or takes the place of what was known', () => {
    const moved = applyNews(WAITING, [step(4, task('d')), step(5, task('b', { seq: 2, status: 'running' }))]);
    expect(idsOf(moved)).toBe('abcd');
    expect(moved.tasks[1]?.status).toBe('running');
    expect(moved.album).toMatchObject({ seq: 5, counts: { total: 4, queued: 3, running: 1 } });
  });

  it('in the wrong order does not turn the page back', () => {
    const done = task('b', { seq: 3, status: 'succeeded' });
    const running = task('b', { seq: 2, status: 'running' });
    const moved = applyNews(WAITING, [step(5, done), step(4, running)]);
    expect(moved.tasks[1]).toEqual(done);
    expect(moved.album?.seq).toBe(5);
  });

  it('leaves all other tasks the same objects', () => {
    const moved = applyNews(WAITING, [step(4, task('b', { seq: 2, status: 'running' }))]);
    expect(moved.tasks[0]).toBe(WAITING.tasks[0]);
    expect(moved.tasks[2]).toBe(WAITING.tasks[2]);
    expect(moved.tasks[1]?.parameters).toBe(WAITING.tasks[1]?.parameters);
  });
});

describe('nothing new', () => {
  it.each<[string, AlbumNews]>([
    ['the same snapshot', part(3, [task('a'), task('b'), task('c')])],
    ['the same list', { kind: 'tasks', tasks: [task('a'), task('b'), task('c')] }],
    ['the same place', places({ id: 'a', queue_position: null })],
    ['progress of what does not run', progress('a', 10)],
    ['a place of nobody', places({ id: 'x', queue_position: 1 })],
    ['who was not there is no more', erased('x')],
    ['the same link', { kind: 'link', link: 'connecting' }],
    ['the same album', { kind: 'album', album: ALBUM }],
    ['a lost connection', { kind: 'cut' }],
  ])('is the same state: %s', (_, news) => {
    expect(applyNews(WAITING, [news])).toBe(WAITING);
  });
});

describe('places and progress', () => {
  it('are of those that wait, and of those that run', () => {
    const running = applyNews(WAITING, [step(4, task('b', { seq: 2, status: 'running' }))]);
    const moved = applyNews(running, [
      places({ id: 'a', queue_position: 1 }, { id: 'b', queue_position: 2 }),
      progress('a', 30),
      progress('b', 40),
    ]);
    expect(moved.tasks[0]).toMatchObject({ queue_position: 1, progress: null });
    expect(moved.tasks[1]).toMatchObject({ queue_position: null, progress: { percent: 40 } });
    expect(moved.tasks[2]).toBe(running.tasks[2]);
  });

  it.each<Partial<LivePlace>>([
    { queue_position: 1 },
    { moved_back_by: 'priority' },
    { delayed_by: 'gpu_memory' },
    { gpu_memory_used_percent: 90 },
    { estimate: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:01:00Z' } },
  ])('are shown: %j', (change) => {
    const moved = applyNews(WAITING, [places({ id: 'b', ...change })]);
    expect(moved.tasks[1]).toEqual(task('b', change));
    expect(applyNews(moved, [places({ id: 'b', ...structuredClone(change) })])).toBe(moved);
  });

  it('do not make a task newer than its next step', () => {
    const moved = applyNews(WAITING, [
      places({ id: 'a', queue_position: 1 }),
      step(4, task('a', { seq: 2, status: 'running' })),
    ]);
    expect(moved.tasks[0]).toMatchObject({ status: 'running', queue_position: null });
  });
});

describe('a snapshot', () => {
  it('brings back the order and leaves out who is no more', () => {
    const again = applyNews(WAITING, [part(9, [task('c')], false), part(9, [task('a')])]);
    expect(idsOf(again)).toBe('ca');
    expect(again.tasks[0]).toBe(WAITING.tasks[2]);
    expect(again.album?.counts.total).toBe(2);
  });

  it('takes nobody away before it is whole', () => {
    expect(idsOf(applyNews(WAITING, [part(9, [task('c')], false)]))).toBe('abc');
  });

  it.each<[string, AlbumNews[]]>([
    ['cut off', [part(9, [task('a')], false), { kind: 'cut' }, part(9, [task('b')])]],
    ['begun anew', [part(9, [task('a')], false), part(10, [task('b')])]],
  ])('that was %s does not count', (_, news) => {
    expect(idsOf(applyNews(WAITING, news))).toBe('b');
  });

  it('may be less far than a step that was heard', () => {
    const running = task('a', { seq: 2, status: 'running' });
    const again = applyNews(WAITING, [step(4, running), part(3, [task('a')])]);
    expect(again.tasks).toEqual([running]);
  });
});

describe('a list read over HTTP', () => {
  it('takes the place of what was known, where it is newer', () => {
    const read = applyNews(WAITING, [
      { kind: 'tasks', tasks: [task('a', { seq: 0 }), task('c', { seq: 2, status: 'failed' })] },
    ]);
    expect(idsOf(read)).toBe('ac');
    expect(read.tasks[0]).toBe(WAITING.tasks[0]);
    expect(read.tasks[1]?.status).toBe('failed');
    expect(read.state).toBe('ready');
  });
});

describe('an erased photo', () => {
  it('is left out and not counted any more', () => {
    const left = applyNews(WAITING, [erased('b')]);
    expect(idsOf(left)).toBe('ac');
    expect(left.album?.counts).toMatchObject({ total: 2, queued: 2 });
  });
});

describe('many news at once', () => {
  it('are as good as one after the other', () => {
    const news = [
      step(4, task('d')),
      places({ id: 'a', queue_position: 2 }, { id: 'd', queue_position: 4 }),
      step(5, task('a', { seq: 2, status: 'running' })),
      progress('a', 20),
      erased('c'),
      step(6, task('a', { seq: 3, status: 'succeeded' })),
    ];
    const oneByOne = news.reduce((state, one) => applyNews(state, [one]), WAITING);
    expect(applyNews(WAITING, news)).toEqual(oneByOne);
    expect(oneByOne.tasks).toMatchObject([
      { id: 'a', status: 'succeeded', progress: null },
      { id: 'b' },
      { id: 'd', queue_position: 4 },
    ]);
  });
});
