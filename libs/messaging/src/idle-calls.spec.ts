import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleCalls } from './idle-calls.js';

describe('the calls of a worker that has nothing to do', () => {
  let calls: string[];
  let idle: IdleCalls;

  beforeEach(() => {
    vi.useFakeTimers();
    calls = [];
    idle = new IdleCalls((lack) => calls.push(`${lack} ${performance.now() - began}`));
    const began = performance.now();
  });
  afterEach(() => void vi.useRealTimers());

  it('come soon, after 1 s, and then every 5 s for as long as it is so', () => {
    idle.update('tasks');
    vi.advanceTimersByTime(11_500);
    idle.update('tasks');
    expect(calls).toEqual(['tasks 20', 'tasks 1020', 'tasks 6020', 'tasks 11020']);
    idle.update('nothing');
    vi.advanceTimersByTime(60_000);
    expect(calls).toHaveLength(4);
    idle.update('tasks');
    vi.advanceTimersByTime(20);
    expect(calls.at(-1)).toBe('tasks 71520');
  });

  it('do not come between two short tasks', () => {
    for (let i = 0; i < 100; i++) {
      idle.update('tasks');
      vi.advanceTimersByTime(10);
      idle.update('nothing');
    }
    expect(calls).toEqual([]);
  });

  it('leave those ahead a second to begin', () => {
    idle.update('turns');
    vi.advanceTimersByTime(999);
    expect(calls).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(calls).toEqual(['turns 1000']);
    idle.update('tasks');
    vi.advanceTimersByTime(20);
    expect(calls).toEqual(['turns 1000', 'tasks 1020']);
  });
});
