import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EndedTasks } from './ended-tasks.js';

describe('EndedTasks', () => {
  /** A caller who stays. */
  const stays = () => new AbortController().signal;
  let ended: EndedTasks;
  beforeEach(() => {
    vi.useFakeTimers();
    ended = new EndedTasks();
  });
  afterEach(() => vi.useRealTimers());

  it('tells everybody who waits for the task, and nobody else', async () => {
    const order: string[] = [];
    const wait = async (name: string, id: string) =>
      ended.wait(id, 1000, stays()).then(() => order.push(name));
    const waits = [wait('a', '1'), wait('b', '1'), wait('c', '2')];
    ended.tell('1');
    await Promise.all(waits.slice(0, 2));
    expect(order).toEqual(['a', 'b']);
    expect(ended.count).toBe(1);
    ended.tell('2');
    await Promise.all(waits);
    expect(ended.count).toBe(0);
  });

  it('ends when the time is over', async () => {
    const wait = ended.wait('1', 1000, stays());
    await vi.advanceTimersByTimeAsync(999);
    expect(ended.count).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await wait;
    expect(ended.count).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the caller goes away, before or while it waits', async () => {
    const gone = new AbortController();
    const wait = ended.wait('1', 1000, gone.signal);
    gone.abort();
    await wait;
    await ended.wait('1', 1000, gone.signal);
    expect(ended.count).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('answers at once where too many wait', async () => {
    const waits = Array.from({ length: 2000 }, (_, index) => ended.wait(String(index), 1000, stays()));
    await ended.wait('one more', 1000, stays());
    expect(ended.count).toBe(2000);
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(waits);
    expect(ended.count).toBe(0);
  });
});
