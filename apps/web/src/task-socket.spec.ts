import type { LivePlace, LiveSubscription, TaskProgress, TaskView } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TaskSocket } from './task-socket.js';

class FakeSocket extends EventTarget {
  sent: string[] = [];
  closed = false;

  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.dispatchEvent(new Event('open'));
  }
  drop(): void {
    this.dispatchEvent(new Event('close'));
  }
  tell(message: unknown): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  /** What it asked to hear of: `id` from the beginning, `id@n` after a number, `-id` not any more. */
  get wishes(): string[] {
    return this.sent.flatMap((text) => {
      const { event, data } = JSON.parse(text) as { event: string; data: { topics: LiveSubscription[] } };
      const sign = event === 'unsubscribe' ? '-' : '';
      return data.topics.map(
        ({ topic, after }) => sign + topic.slice(5) + (after === undefined ? '' : `@${after}`),
      );
    });
  }
}

const snapshot = (id: string, seq = 1) => ({
  event: 'snapshot',
  data: { topic: `task:${id}`, seq, complete: true, tasks: [{ id, seq }], counts: null },
});
const step = (id: string, seq: number) => ({
  event: 'step',
  data: { topic: `task:${id}`, seq, entry: {}, task: { id, seq }, counts: null },
});

let sockets: FakeSocket[];
let reachable: boolean;
const readTasks = vi.fn<(taskIds: readonly string[]) => Promise<boolean>>();
const onTask = vi.fn<(task: TaskView) => void>();
const onPlaces = vi.fn<(places: readonly LivePlace[]) => void>();
const onProgress = vi.fn<(taskId: string, progress: TaskProgress) => void>();
const onGone = vi.fn<(taskId: string) => void>();
const onLink = vi.fn<(link: string) => void>();
let socket: TaskSocket;
const last = (): FakeSocket => sockets.at(-1)!;
const making = (random: () => number): TaskSocket =>
  new TaskSocket({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return last();
    },
    readTasks,
    onTask,
    onPlaces,
    onProgress,
    onGone,
    onLink,
    random,
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  sockets = [];
  reachable = true;
  readTasks.mockImplementation(async () => reachable);
  socket = making(() => 0);
});
afterEach(() => vi.useRealTimers());

function opened(...taskIds: string[]): FakeSocket {
  socket.watch(taskIds);
  socket.connect();
  last().open();
  return last();
}

describe('the live socket', () => {
  it('follows the tasks as soon as it is open and passes on what it hears', () => {
    socket.watch(['a', 'b']);
    socket.connect();
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().wishes).toEqual(['a', 'b']);
    expect(onLink).toHaveBeenLastCalledWith('live');
    last().tell(snapshot('a'));
    last().tell(step('a', 2));
    expect(onTask.mock.calls).toEqual([[{ id: 'a', seq: 1 }], [{ id: 'a', seq: 2 }]]);
    last().tell({ event: 'places', data: { topic: 'task:b', places: [{ id: 'b' }] } });
    expect(onPlaces).toHaveBeenCalledExactlyOnceWith([{ id: 'b' }]);
    last().tell({ event: 'progress', data: { topic: 'task:a', id: 'a', progress: { stage: 'saving' } } });
    expect(onProgress).toHaveBeenCalledExactlyOnceWith('a', { stage: 'saving' });
  });

  it('tells the API what has changed since, many changes at once', () => {
    opened('a');
    last().sent = [];
    socket.watch(['a', 'b']);
    socket.watch(['b', 'c']);
    vi.advanceTimersByTime(300);
    expect(last().wishes).toEqual(['-a', 'b', 'c']);
    socket.watch(['b', 'c']);
    vi.advanceTimersByTime(300);
    expect(last().sent).toHaveLength(2);
  });

  it('never follows more than the API allows, nor names too many at once', () => {
    opened(...Array.from({ length: 1200 }, (_, index) => `t${index}`));
    expect(last().wishes).toHaveLength(1000);
    expect(last().sent).toHaveLength(5);
  });

  it.each([
    { event: 'erased', data: { topic: 'task:a', id: 'a', seq: null } },
    { event: 'error', data: { code: 'not_found', message: '', topic: 'task:a' } },
  ])('says that a task is no more: $event', (message) => {
    opened('a').tell(message);
    expect(onGone).toHaveBeenCalledExactlyOnceWith('a');
    expect(readTasks).not.toHaveBeenCalled();
  });

  it('is another one when this device has become somebody else', () => {
    const before = opened('a');
    socket.reconnect();
    expect(before.closed).toBe(true);
    last().open();
    expect(last().wishes).toEqual(['a']);
  });
});

describe('a gap', () => {
  it('is closed where it was: each task goes on after what was heard of it', () => {
    opened('a', 'b').tell(snapshot('a', 4));
    last().tell(step('a', 5));
    last().drop();
    vi.advanceTimersByTime(499);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    last().open();
    expect(last().wishes).toEqual(['a@5', 'b']);
  });

  it('between two steps is asked for, and neither is passed on before', () => {
    opened('a').tell(snapshot('a', 1));
    last().sent = [];
    onTask.mockClear();
    last().tell(step('a', 3));
    expect(last().wishes).toEqual(['a@1']);
    expect(onTask).not.toHaveBeenCalled();
    last().tell(step('a', 2));
    last().tell(step('a', 3));
    expect(onTask).toHaveBeenCalledTimes(2);
  });

  it('of one moment is not told to the person', async () => {
    opened();
    onLink.mockClear();
    last().drop();
    await vi.advanceTimersByTimeAsync(500);
    expect(onLink).not.toHaveBeenCalled();
  });

  it('waits longer after every failure, and starts over after a success', () => {
    socket.connect();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const known = sockets.length;
      last().drop();
      let ms = 0;
      while (sockets.length === known) {
        vi.advanceTimersByTime(100);
        ms += 100;
      }
      waits.push(ms);
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    last().open();
    last().drop();
    const known = sockets.length;
    vi.advanceTimersByTime(500);
    expect(sockets.length).toBe(known + 1);
  });

  it('spreads the pages: the longest wait is three times the shortest', () => {
    making(() => 1).connect();
    last().drop();
    vi.advanceTimersByTime(1499);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
  });

  it.each([
    [true, 'polling'],
    [false, 'away'],
  ])('that lasts, with HTTP answering %s, is %s', async (answers, link) => {
    reachable = answers;
    socket.watch(['a']);
    socket.connect();
    last().drop();
    await vi.advanceTimersByTimeAsync(500);
    last().drop();
    await vi.advanceTimersByTimeAsync(0);
    expect(readTasks).toHaveBeenLastCalledWith(['a']);
    expect(onLink).toHaveBeenLastCalledWith(link);
  });

  it('is ended at once when the device wakes up', () => {
    socket.connect();
    last().drop();
    socket.wake();
    expect(sockets).toHaveLength(2);
    socket.wake();
    expect(sockets).toHaveLength(2);
  });
});

describe('silence', () => {
  it('is broken by asking, and an answer keeps the socket', () => {
    opened('a', 'b').tell(snapshot('a'));
    last().sent = [];
    vi.advanceTimersByTime(30_000);
    expect(last().wishes).toEqual(['a@1']);
    last().tell({ event: 'resumed', data: { topic: 'task:a', seq: 1 } });
    vi.advanceTimersByTime(29_999);
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(false);
  });

  it('after a question means the connection is dead: it is replaced without waiting for the browser', () => {
    const dead = opened('a');
    vi.advanceTimersByTime(10_000);
    expect(dead.closed).toBe(true);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    dead.tell(snapshot('a'));
    dead.drop();
    expect(onTask).not.toHaveBeenCalled();
    expect(sockets).toHaveLength(2);
  });

  it('is fine while no task is followed', () => {
    opened();
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(false);
  });

  it('during the handshake ends the attempt', () => {
    socket.connect();
    vi.advanceTimersByTime(10_500);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });
});

describe('words it does not understand', () => {
  it.each([['not json'], [{ event: 'error', data: { code: 'too_many', message: '' } }], [null]])(
    '%j make it read over HTTP instead',
    (message) => {
      opened('a').tell(message);
      expect(readTasks).toHaveBeenCalledExactlyOnceWith(['a']);
      expect(onTask).not.toHaveBeenCalled();
    },
  );
});
