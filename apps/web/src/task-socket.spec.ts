import type { TaskView } from '@app/contracts';
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
}

const watchOf = (...taskIds: string[]) => JSON.stringify({ event: 'watch', data: { task_ids: taskIds } });

let sockets: FakeSocket[];
let reachable: boolean;
const readTasks = vi.fn<(taskIds: readonly string[]) => Promise<boolean>>();
const onTask = vi.fn<(task: TaskView) => void>();
const onLink = vi.fn<(link: string) => void>();
let socket: TaskSocket;
const last = (): FakeSocket => sockets.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  sockets = [];
  reachable = true;
  readTasks.mockImplementation(async () => reachable);
  socket = new TaskSocket({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return last();
    },
    readTasks,
    onTask,
    onLink,
    random: () => 1,
  });
});
afterEach(() => vi.useRealTimers());

describe('the live socket', () => {
  it('watches the tasks as soon as it is open and passes on what it hears', () => {
    socket.watch(['a', 'b']);
    socket.connect();
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().sent).toEqual([watchOf('a', 'b')]);
    expect(onLink).toHaveBeenLastCalledWith('live');
    last().tell({ event: 'task', data: { id: 'a' } });
    expect(onTask).toHaveBeenCalledWith({ id: 'a' });
  });

  it('watches anew when the tasks change, and only then', () => {
    socket.connect();
    last().open();
    socket.watch(['a']);
    socket.watch(['a']);
    socket.watch(['a', 'b']);
    expect(last().sent.slice(1)).toEqual([watchOf('a'), watchOf('a', 'b')]);
  });

  it('never watches more than the API allows', () => {
    socket.watch(Array.from({ length: 1200 }, (_, index) => `t${index}`));
    socket.connect();
    last().open();
    const { data } = JSON.parse(last().sent[0]!) as { data: { task_ids: string[] } };
    expect(data.task_ids).toHaveLength(1000);
  });
});

describe('a gap', () => {
  it('is read over HTTP and watched again after the socket is back', () => {
    socket.watch(['a']);
    socket.connect();
    last().open();
    readTasks.mockClear();
    last().drop();
    vi.advanceTimersByTime(999);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(2);
    last().open();
    expect(last().sent).toEqual([watchOf('a')]);
    expect(readTasks).toHaveBeenCalledExactlyOnceWith(['a']);
  });

  it('of one moment is not told to the person', async () => {
    socket.connect();
    last().open();
    onLink.mockClear();
    last().drop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(onLink).not.toHaveBeenCalled();
  });

  it('waits longer after every failure, up to 15 s, and starts over after a success', () => {
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
    expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    last().open();
    last().drop();
    const known = sockets.length;
    vi.advanceTimersByTime(1000);
    expect(sockets.length).toBe(known + 1);
  });

  it('spreads the pages: the shortest wait is half of the longest', () => {
    const early = new TaskSocket({
      openSocket: () => {
        sockets.push(new FakeSocket());
        return last();
      },
      readTasks,
      onTask,
      onLink,
      random: () => 0,
    });
    early.connect();
    last().drop();
    vi.advanceTimersByTime(499);
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
    await vi.advanceTimersByTimeAsync(1000);
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
  it('is broken by asking again, and an answer keeps the socket', () => {
    socket.watch(['a']);
    socket.connect();
    last().open();
    last().tell({ event: 'task', data: { id: 'a' } });
    vi.advanceTimersByTime(30_000);
    expect(last().sent).toHaveLength(2);
    last().tell({ event: 'task', data: { id: 'a' } });
    vi.advanceTimersByTime(29_999);
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(false);
  });

  it('after a question means the connection is dead: it is replaced without waiting for the browser', () => {
    socket.watch(['a']);
    socket.connect();
    const dead = last();
    dead.open();
    vi.advanceTimersByTime(10_000);
    expect(dead.closed).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(sockets).toHaveLength(2);
    dead.tell({ event: 'task', data: { id: 'a' } });
    dead.drop();
    expect(onTask).not.toHaveBeenCalled();
    expect(sockets).toHaveLength(2);
  });

  it('is fine while no task is watched', () => {
    socket.connect();
    last().open();
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(false);
  });

  it('during the handshake ends the attempt', () => {
    socket.connect();
    vi.advanceTimersByTime(11_000);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });
});

describe('words it does not understand', () => {
  it.each([['not json'], [{ event: 'error', data: { code: 'too_many', message: '' } }], [null]])(
    '%j make it read over HTTP instead',
    (message) => {
      socket.watch(['a']);
      socket.connect();
      last().open();
      readTasks.mockClear();
      last().tell(message);
      expect(readTasks).toHaveBeenCalledExactlyOnceWith(['a']);
      expect(onTask).not.toHaveBeenCalled();
    },
  );
});
