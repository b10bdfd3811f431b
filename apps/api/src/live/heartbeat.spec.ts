import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Heartbeat } from './heartbeat.js';
import type { Subscriber } from './subscriber.js';

class FakeSocket extends EventEmitter {
  readyState = WebSocket.OPEN;
  pings = 0;
  answers = true;
  terminated = false;

  ping(): void {
    this.pings += 1;
    if (this.answers) this.emit('pong');
  }
  terminate(): void {
    this.terminated = true;
  }
}

let heartbeat: Heartbeat;
beforeEach(() => {
  vi.useFakeTimers();
  heartbeat = new Heartbeat();
});
afterEach(() => {
  heartbeat.beforeApplicationShutdown();
  vi.useRealTimers();
});

function add(isFull = false): FakeSocket {
  const socket = new FakeSocket();
  heartbeat.add(socket as unknown as WebSocket, { isFull } as Subscriber);
  return socket;
}

describe('the heartbeat', () => {
  it('ends a client that vanished without a word, within a minute', () => {
    const [there, vanished] = [add(), add()];
    vi.advanceTimersByTime(20_000);
    vanished.answers = false;
    vi.advanceTimersByTime(40_000);
    expect(vanished.terminated).toBe(true);
    expect(there.terminated).toBe(false);
    expect(there.pings).toBe(3);
  });

  it('does not ask all at the same moment', () => {
    const sockets = Array.from({ length: 100 }, () => add());
    vi.advanceTimersByTime(1000);
    expect(sockets.filter(({ pings }) => pings > 0)).toHaveLength(5);
  });

  it('leaves those alone that still have much to read: the question waits behind it', () => {
    const busy = add(true);
    busy.answers = false;
    vi.advanceTimersByTime(60_000);
    expect(busy.terminated).toBe(false);
  });

  it('forgets who has left', () => {
    const socket = add();
    heartbeat.remove(socket as unknown as WebSocket);
    vi.advanceTimersByTime(60_000);
    expect(socket.pings).toBe(0);
  });
});
