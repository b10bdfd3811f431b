import type { LiveSubscription } from '@app/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveSocket } from './live-socket.js';
import type { TopicMessage } from './live-topics.js';

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
      const { event, data } = JSON.parse(text) as {
        event: string;
        data: { topics: LiveSubscription[] } | LiveSubscription;
      };
      const sign = event === 'unsubscribe' ? '-' : '';
      return ('topics' in data ? data.topics : [data]).map(
        ({ topic, after }) => sign + topic.slice('album:'.length) + (after === undefined ? '' : `@${after}`),
      );
    });
  }
}

const snapshot = (id: string, seq = 1, complete = true) => ({
  event: 'snapshot',
  data: { topic: `album:${id}`, seq, complete, tasks: [], counts: null },
});
const step = (id: string, seq: number) => ({
  event: 'step',
  data: { topic: `album:${id}`, seq, entry: {}, task: { id: 't' }, counts: null },
});
const erased = (id: string, seq: number | null) => ({
  event: 'erased',
  data: { topic: `album:${id}`, id: 't', seq },
});

let sockets: FakeSocket[];
/** What was heard: `a snapshot 1`, `a refused`, `a open`, `a closed`, `a unclear`. */
let heard: string[];
let socket: LiveSocket;
const last = (): FakeSocket => sockets.at(-1)!;
const making = (random: () => number): LiveSocket =>
  new LiveSocket({
    openSocket: () => {
      sockets.push(new FakeSocket());
      return last();
    },
    random,
  });
const follow = (id: string, on = socket): (() => void) =>
  on.follow(`album:${id}`, {
    onMessage: ({ event, data }: TopicMessage) =>
      heard.push(`${id} ${event} ${'seq' in data ? String(data.seq) : ''}`.trim()),
    onRefused: () => heard.push(`${id} refused`),
    onLink: (isOpen) => heard.push(`${id} ${isOpen ? 'open' : 'closed'}`),
    onUnclear: () => heard.push(`${id} unclear`),
  });

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  heard = [];
  socket = making(() => 1);
});
afterEach(() => vi.useRealTimers());

function opened(...ids: string[]): FakeSocket {
  for (const id of ids) follow(id);
  last().open();
  heard = [];
  return last();
}

describe('the live socket', () => {
  it('is there while somebody follows something', () => {
    expect(sockets).toHaveLength(0);
    const unfollow = follow('a');
    expect(sockets).toHaveLength(1);
    last().open();
    unfollow();
    expect(last().closed).toBe(true);
    vi.advanceTimersByTime(600_000);
    expect(sockets).toHaveLength(1);
  });

  it('follows as soon as it is open and passes on what it hears', () => {
    follow('a');
    follow('b');
    expect(last().sent).toEqual([]);
    last().open();
    expect(last().wishes).toEqual(['a', 'b']);
    last().tell(snapshot('a'));
    last().tell(step('a', 2));
    last().tell({ event: 'places', data: { topic: 'album:b', places: [] } });
    last().tell({ event: 'resumed', data: { topic: 'album:c', seq: 1 } });
    expect(heard).toEqual([
      'a closed',
      'b closed',
      'a open',
      'b open',
      'a snapshot 1',
      'a step 2',
      'b places',
    ]);
  });

  it('tells the API at once what is followed from now on, and what no more', () => {
    opened('a');
    last().sent = [];
    const unfollow = follow('b');
    expect(heard).toEqual(['b open']);
    unfollow();
    unfollow();
    expect(last().wishes).toEqual(['b', '-b']);
  });

  it('says that a topic is not for this device, and does not ask for it again', () => {
    opened('a', 'b').tell({ event: 'error', data: { code: 'not_found', message: '', topic: 'album:a' } });
    expect(heard).toEqual(['a refused']);
    last().drop();
    vi.advanceTimersByTime(500);
    last().open();
    expect(last().wishes).toEqual(['b']);
  });

  it('is another one when this device has become somebody else', () => {
    const before = opened('a');
    socket.reconnect();
    expect(before.closed).toBe(true);
    last().open();
    expect(last().wishes).toEqual(['a']);
    expect(heard).toEqual(['a closed', 'a open']);
  });

  it('does not begin because this device has become somebody', () => {
    socket.reconnect();
    socket.wake();
    expect(sockets).toHaveLength(0);
  });
});

describe('a gap', () => {
  it('is closed where it was: each topic goes on after what was heard of it', () => {
    opened('a', 'b', 'c').tell(snapshot('a', 4));
    last().tell(step('a', 5));
    // Half a snapshot is none.
    last().tell(snapshot('b', 7, false));
    last().drop();
    vi.advanceTimersByTime(500);
    last().open();
    expect(last().wishes).toEqual(['a@5', 'b', 'c']);
  });

  it.each([
    ['step', step('a', 3), step('a', 2)],
    ['erased', erased('a', 3), step('a', 2)],
  ])('before a message %s is asked for, and it is not passed on before', (event, late, missing) => {
    opened('a').tell(snapshot('a', 1));
    [last().sent, heard] = [[], []];
    last().tell(late);
    expect(last().wishes).toEqual(['a@1']);
    expect(heard).toEqual([]);
    last().tell(missing);
    last().tell(late);
    expect(heard).toEqual(['a step 2', `a ${event} 3`]);
  });

  it('is none where a photo was erased without a number', () => {
    opened('a').tell(snapshot('a', 1));
    last().sent = [];
    last().tell(erased('a', null));
    last().tell(step('a', 2));
    expect(last().sent).toEqual([]);
    expect(heard).toEqual(['a snapshot 1', 'a erased null', 'a step 2']);
  });
});

describe('a lost connection', () => {
  it('comes back after a wait that doubles, and starts over once something was heard', () => {
    follow('a');
    const waits = Array.from({ length: 7 }, waitOfNext);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    last().open();
    last().tell(snapshot('a'));
    expect(waitOfNext()).toBe(500);
  });

  it('that nobody answered on is no success', () => {
    follow('a');
    waitOfNext();
    last().open();
    expect(waitOfNext()).toBe(1000);
  });

  it('waits a random time, and never none', () => {
    follow(
      'a',
      making(() => 0.5),
    );
    expect(waitOfNext()).toBe(300);
    expect(waitOfNext()).toBe(550);
    sockets = [];
    follow(
      'a',
      making(() => 0),
    );
    expect(waitOfNext()).toBe(100);
    expect(waitOfNext()).toBe(100);
  });

  it('is ended at once when the device wakes up', () => {
    follow('a');
    last().drop();
    socket.wake();
    expect(sockets).toHaveLength(2);
    socket.wake();
    expect(sockets).toHaveLength(2);
  });
});

/** Loses the connection; answers after how many ms the next one begins. */
function waitOfNext(): number {
  const known = sockets.length;
  last().drop();
  let ms = 0;
  while (sockets.length === known) {
    vi.advanceTimersByTime(10);
    ms += 10;
  }
  return ms;
}

describe('silence', () => {
  it('is broken by asking, and an answer keeps the socket', () => {
    opened('a', 'b').tell(snapshot('a'));
    last().sent = [];
    vi.advanceTimersByTime(30_000);
    expect(last().wishes).toEqual(['a@1']);
    last().tell({ event: 'resumed', data: { topic: 'album:a', seq: 1 } });
    vi.advanceTimersByTime(29_999);
    expect(sockets).toHaveLength(1);
    expect(last().closed).toBe(false);
  });

  it('is broken at once when the device wakes up', () => {
    opened('a').tell(snapshot('a'));
    last().sent = [];
    socket.wake();
    expect(last().wishes).toEqual(['a@1']);
  });

  it('after a question means the connection is dead: it is replaced without waiting for the browser', () => {
    const dead = opened('a');
    vi.advanceTimersByTime(10_000);
    expect(dead.closed).toBe(true);
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    dead.tell(snapshot('a'));
    dead.drop();
    expect(heard).toEqual(['a closed']);
    expect(sockets).toHaveLength(2);
  });

  it('during the handshake ends the attempt', () => {
    follow('a');
    vi.advanceTimersByTime(10_500);
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
  });
});

describe('words it does not understand', () => {
  it.each([['not json'], [{ event: 'error', data: { code: 'too_many', message: '' } }], [null]])(
    '%j are told to all who follow something',
    (message) => {
      opened('a', 'b').tell(message);
      expect(heard).toEqual(['a unclear', 'b unclear']);
      expect(last().closed).toBe(false);
    },
  );
});
