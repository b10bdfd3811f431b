import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WhyMemory } from './why-memory.js';

let entries: Map<string, string>;
const store = {
  getItem: (key: string) => entries.get(key) ?? null,
  setItem: (key: string, value: string) => void entries.set(key, value),
} as Storage;

beforeEach(() => {
  vi.useFakeTimers();
  entries = new Map();
});
afterEach(() => vi.useRealTimers());

it('remembers from one visit to the next', () => {
  const memory = new WhyMemory(store);
  memory.remember('a', 'face');
  memory.remember('b', 'no_face');
  vi.advanceTimersByTime(500);
  const later = new WhyMemory(store);
  expect([later.of('a'), later.of('b'), later.of('c')]).toEqual(['face', 'no_face', null]);
});

it('keeps the latest 5,000', () => {
  const memory = new WhyMemory(store);
  for (let count = 0; count <= 5000; count += 1) memory.remember(`task ${count}`, 'face');
  expect([memory.of('task 0'), memory.of('task 1'), memory.of('task 5000')]).toEqual([null, 'face', 'face']);
});

it('is not misled by what it did not write', () => {
  for (const text of ['{', '{}', 'null', '[1, ["a"], ["a", "perhaps"]]']) {
    entries.set('photo-repair.why', text);
    expect(new WhyMemory(store).of('a')).toBeNull();
  }
});
