import type { AlbumView, TaskView } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import type { TopicFollower } from '../live/live-topics.js';
import { AlbumStore } from './album-store.js';

const ALBUM = { id: 'A', title: 'Shoebox', seq: 0, counts: {}, access: 'edit' } as AlbumView;
const task = (id: string, status: TaskView['status'] = 'queued', seq = 1): TaskView =>
  ({ id, seq, status }) as TaskView;

const readAlbum = vi.fn<() => Promise<AlbumView>>();
const readTasks = vi.fn<(albumId: string, signal: AbortSignal) => Promise<TaskView[]>>();
const reconnect = vi.fn<() => void>();
const unfollow = vi.fn<() => void>();
/** Those that hear of the album now and before. */
let followers: TopicFollower[];
let store: AlbumStore;
const changes = vi.fn<() => void>();
const socket = (): TopicFollower => followers.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  followers = [];
  readAlbum.mockResolvedValue(ALBUM);
  readTasks.mockResolvedValue([task('a')]);
  store = new AlbumStore('A', {
    follow: (_, follower) => {
      followers.push(follower);
      return unfollow;
    },
    reconnect,
    readAlbum,
    readTasks,
    soon: queueMicrotask,
    random: () => 0.5,
  });
});
afterEach(() => {
  store.stop();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const snapshot = (seq: number, ...tasks: TaskView[]) =>
  socket().onMessage({
    event: 'snapshot',
    data: { topic: 'album:A', seq, complete: true, tasks, counts: null },
  });
const step = (seq: number, of: TaskView) =>
  socket().onMessage({
    event: 'step',
    data: { topic: 'album:A', seq, entry: {} as never, task: of, counts: null },
  });

/** Somebody looks at the album, and the socket is open. */
async function looking(): Promise<void> {
  store.subscribe(changes);
  socket().onLink(true);
  snapshot(1, task('a'));
  await pass(0);
}

describe('an album with a socket', () => {
  it('is read once over HTTP, and its tasks come by the socket', async () => {
    await looking();
    expect(store.now).toMatchObject({ state: 'ready', link: 'live', album: { title: 'Shoebox' } });
    expect(store.now.tasks).toEqual([task('a')]);
    expect(readAlbum).toHaveBeenCalledOnce();
    await pass(59_000);
    expect(readTasks).not.toHaveBeenCalled();
  });

  it('is told once for many messages, and not where nothing changed', async () => {
    await looking();
    changes.mockClear();
    for (let seq = 2; seq < 50; seq += 1) step(seq, task('a', 'running', seq));
    await pass(0);
    expect(changes).toHaveBeenCalledOnce();
    const { now } = store;
    snapshot(49, task('a', 'running', 49));
    await pass(0);
    expect(changes).toHaveBeenCalledOnce();
    expect(store.now).toBe(now);
  });

  it('is looked at now and then for what the socket does not tell', async () => {
    await looking();
    readAlbum.mockResolvedValue({ ...ALBUM, title: '外婆' });
    await pass(60_000);
    expect(store.now.album?.title).toBe('外婆');
    expect(readTasks).not.toHaveBeenCalled();
  });

  it('takes what this page itself has changed', async () => {
    await looking();
    store.changed({ ...ALBUM, title: '外婆' });
    await pass(0);
    expect(store.now.album?.title).toBe('外婆');
  });

  it('is read whole where the API and the page did not understand each other', async () => {
    await looking();
    readTasks.mockResolvedValue([task('b')]);
    socket().onUnclear();
    await pass(0);
    expect(store.now).toMatchObject({ link: 'live', tasks: [{ id: 'b' }] });
    readTasks.mockClear();
    await pass(60_000);
    expect(readTasks).not.toHaveBeenCalled();
  });

  it('is one store for two who look at it', async () => {
    await looking();
    const other = vi.fn<() => void>();
    const leave = store.subscribe(other);
    step(2, task('b'));
    await pass(0);
    expect(other).toHaveBeenCalledOnce();
    expect(followers).toHaveLength(1);
    leave();
    step(3, task('c'));
    await pass(0);
    expect(other).toHaveBeenCalledOnce();
    expect(store.now.tasks).toHaveLength(3);
  });
});

describe('a lost socket', () => {
  it('of one moment is neither told nor read for', async () => {
    await looking();
    socket().onLink(false);
    await pass(1000);
    socket().onLink(true);
    await pass(5000);
    expect(store.now.link).toBe('live');
    expect(readTasks).not.toHaveBeenCalled();
  });

  it('that lasts is replaced by reading, as long as it lasts', async () => {
    await looking();
    socket().onLink(false);
    readTasks.mockResolvedValue([task('a', 'running', 2)]);
    await pass(1500);
    expect(store.now).toMatchObject({ link: 'polling', tasks: [{ status: 'running' }] });
    readTasks.mockResolvedValue([task('a', 'succeeded', 3)]);
    await pass(3000);
    expect(store.now.tasks).toMatchObject([{ status: 'succeeded' }]);
    const reads = readTasks.mock.calls.length;
    // Nothing waits or runs, and the album has the same number.
    await pass(9000);
    expect(readTasks).toHaveBeenCalledTimes(reads);
    readAlbum.mockResolvedValue({ ...ALBUM, seq: 9 });
    await pass(3000);
    expect(readTasks).toHaveBeenCalledTimes(reads + 1);
    socket().onLink(true);
    await pass(0);
    expect(store.now.link).toBe('live');
    await pass(50_000);
    expect(readTasks).toHaveBeenCalledTimes(reads + 1);
  });

  it('that is back ends the reading: what was read before is older than what is heard now', async () => {
    await looking();
    socket().onLink(false);
    let answer: (tasks: TaskView[]) => void = () => undefined;
    readTasks.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    await pass(1500);
    socket().onLink(true);
    expect(readTasks.mock.calls[0]?.[1].aborted).toBe(true);
    step(2, task('b'));
    answer([task('a')]);
    await pass(0);
    expect(store.now.tasks).toHaveLength(2);
  });

  it('with an API that does not answer is told, and asked for less and less', async () => {
    await looking();
    readAlbum.mockRejectedValue(new ApiProblem('offline', null));
    readAlbum.mockClear();
    socket().onLink(false);
    await pass(1500);
    expect(store.now).toMatchObject({ state: 'ready', link: 'away', tasks: [{ id: 'a' }] });
    await pass(60_000);
    expect(readAlbum.mock.calls.length).toBeLessThan(12);
    readAlbum.mockResolvedValue(ALBUM);
    await pass(8000);
    expect(store.now.link).toBe('polling');
  });

  it('is not waited for where the device woke up', async () => {
    readAlbum.mockRejectedValueOnce(new ApiProblem('offline', null));
    store.subscribe(changes);
    await pass(0);
    expect(store.now.link).toBe('away');
    store.look();
    await pass(0);
    expect(store.now.album).not.toBeNull();
  });
});

describe('an album that nobody may see', () => {
  it.each(['not_found', 'unauthorized', 'forbidden'] as const)('%s is gone', async (code) => {
    readAlbum.mockRejectedValue(new ApiProblem(code, null));
    store.subscribe(changes);
    await pass(0);
    expect(store.now.state).toBe('gone');
    expect(unfollow).toHaveBeenCalledOnce();
    readAlbum.mockClear();
    await pass(600_000);
    expect(readAlbum).not.toHaveBeenCalled();
  });

  it('is looked for again by whoever opens it after that', async () => {
    readAlbum.mockRejectedValueOnce(new ApiProblem('not_found', null));
    store.subscribe(changes);
    await pass(0);
    store.subscribe(changes);
    expect(store.now.state).toBe('loading');
    socket().onLink(true);
    snapshot(1, task('a'));
    await pass(0);
    expect(store.now.state).toBe('ready');
  });

  it('may be one that the socket does not know us for: it is asked again as who we are now', async () => {
    await looking();
    socket().onRefused();
    await pass(0);
    expect(reconnect).toHaveBeenCalledOnce();
    expect(followers).toHaveLength(2);
    socket().onLink(true);
    snapshot(2, task('a'), task('b'));
    await pass(0);
    expect(store.now).toMatchObject({ state: 'ready', link: 'live' });
    expect(store.now.tasks).toHaveLength(2);
  });

  it.each<[string, () => void]>([
    [
      'elsewhere',
      () => socket().onMessage({ event: 'erased', data: { topic: 'album:A', id: 'A', seq: null } }),
    ],
    ['here', () => store.changed(null)],
  ])('was erased %s', async (_, erase) => {
    await looking();
    erase();
    await pass(0);
    expect(store.now.state).toBe('gone');
    readAlbum.mockClear();
    await pass(600_000);
    expect(readAlbum).not.toHaveBeenCalled();
  });
});

describe('a store that nobody uses', () => {
  it('knows for how long', async () => {
    const leave = store.subscribe(changes);
    await pass(1000);
    expect(store.wasUsedWithin(100)).toBe(true);
    leave();
    await pass(99);
    expect(store.wasUsedWithin(100)).toBe(true);
    await pass(1);
    expect(store.wasUsedWithin(100)).toBe(false);
  });
});
