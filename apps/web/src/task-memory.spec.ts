import { beforeEach, describe, expect, it } from 'vitest';
import { recallPhotos, rememberPhotos } from './task-memory.js';
import type { Photo } from './task-state.js';

class FakeStore implements Pick<Storage, 'getItem' | 'setItem'> {
  readonly entries = new Map<string, string>();
  writes = 0;

  constructor(private readonly roomFor = Number.POSITIVE_INFINITY) {}

  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (value.length > this.roomFor) throw new DOMException('full', 'QuotaExceededError');
    this.writes += 1;
    this.entries.set(key, value);
  }
}

const photo = (key: string, change: Partial<Photo> = {}): Photo => ({
  key,
  name: `${key}.jpg`,
  type: 'person',
  phase: 'in_line',
  thumbnail: 'data:image/jpeg;base64,AAAA',
  sentPercent: 100,
  problem: null,
  failure: null,
  taskId: `task-${key}`,
  task: null,
  ...change,
});

let fake: FakeStore;
const asStorage = () => fake as unknown as Storage;
const names = () => recallPhotos(asStorage()).map(({ key }) => key);

beforeEach(() => {
  fake = new FakeStore();
});

describe('what the device remembers', () => {
  it('is every photo that the API has taken and still keeps', () => {
    rememberPhotos(
      asStorage(),
      [],
      [photo('a'), photo('b', { taskId: null }), photo('c', { phase: 'gone' })],
    );
    expect(recallPhotos(asStorage())).toEqual([
      { key: 'a', name: 'a.jpg', type: 'person', thumbnail: 'data:image/jpeg;base64,AAAA', taskId: 'task-a' },
    ]);
  });

  it('is written only when it changed', () => {
    rememberPhotos(asStorage(), [photo('a')], [photo('a', { phase: 'working' })]);
    expect(fake.writes).toBe(0);
    rememberPhotos(asStorage(), [photo('a')], []);
    expect(fake.writes).toBe(1);
  });

  it('is the newest 500', () => {
    const many = Array.from({ length: 501 }, (_, index) => photo(`p${index}`));
    rememberPhotos(asStorage(), [], many);
    expect(names()).toHaveLength(500);
    expect(names()[0]).toBe('p0');
  });

  it('does without pictures when the browser has no room for them', () => {
    fake = new FakeStore(100);
    rememberPhotos(asStorage(), [], [photo('a', { thumbnail: `data:image/jpeg;base64,${'A'.repeat(200)}` })]);
    expect(recallPhotos(asStorage())).toMatchObject([{ key: 'a', thumbnail: null }]);
  });

  it.each([
    ['nothing', null],
    ['not JSON', '{'],
    ['not a list', '{"key":"a"}'],
    ['strange entries', '[null, 7, {"key":"a"}]'],
    [
      'a picture from elsewhere',
      '[{"key":"a","name":"a","type":"t","taskId":"x","thumbnail":"http://elsewhere/a.jpg"}]',
    ],
  ])('is empty when the store holds %s', (_, stored) => {
    if (stored !== null) fake.entries.set('photo-repair.photos', stored);
    expect(recallPhotos(asStorage())).toEqual([]);
  });
});
