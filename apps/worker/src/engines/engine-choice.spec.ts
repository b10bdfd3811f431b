import { describe, expect, it } from 'vitest';
import { chooseEngine, type Choosable } from './engine-choice.js';

type Free = 'running' | 'ahead' | null;

/** A healthy, cold engine with a free place to run in, but for what is said. */
function engine(
  address: string,
  traits: Partial<Choosable> & { free?: Free; count?: number } = {},
): Choosable {
  const { free = 'running', count = 0, ...others } = traits;
  return {
    address,
    isInRotation: true,
    others: 0,
    loaded: null,
    can: () => true,
    lanes: { free, count },
    ...others,
  };
}

const PEOPLE = { taskType: 'person', model: 'people.pth' };
const TOWNS = { taskType: 'building', model: 'towns.pth' };

describe('chooseEngine', () => {
  /** Where a task for people goes. */
  const choose = (engines: Choosable[], avoid?: string): string | undefined =>
    chooseEngine(engines, { taskType: 'person', ...(avoid !== undefined && { avoid }) }, 'people.pth')
      ?.address;

  it('takes a free one before a place ahead, however warm that is', () => {
    const warm = engine('warm', { free: 'ahead', count: 1, loaded: PEOPLE });
    expect(choose([warm, engine('free', { loaded: TOWNS })])).toBe('free');
  });

  it.each<[string, Partial<Choosable>]>([
    ['is out of the rotation', { isInRotation: false }],
    ['lacks what the type needs', { can: () => false }],
  ])('takes none that %s', (_what, traits) => {
    expect(choose([engine('a', traits)])).toBeUndefined();
    expect(choose([engine('a', traits), engine('b', { free: 'ahead' })])).toBe('b');
  });

  it('waits where no place is free', () => {
    expect(choose([engine('a', { free: null })])).toBeUndefined();
  });

  it('takes the one that ran this type last, then one with the same model', () => {
    const same = engine('same', { loaded: { taskType: 'portrait', model: 'people.pth' } });
    expect(choose([engine('cold'), same, engine('warm', { loaded: PEOPLE })])).toBe('warm');
    expect(choose([engine('cold'), same])).toBe('same');
  });

  it("takes a cold one before any that would lose another type's model", () => {
    expect(choose([engine('other', { loaded: TOWNS }), engine('cold')])).toBe('cold');
  });

  it('takes the last one that has the model of another type only where there is nothing else', () => {
    const rare = engine('rare', { loaded: TOWNS });
    const known = { loaded: { taskType: 'street', model: 'streets.pth' } };
    const busy = engine('busy', { ...known, free: 'ahead' });
    expect(choose([rare, engine('spare', known), busy])).toBe('spare');
    expect(choose([rare])).toBe('rare');
    const twin = engine('twin', { ...known, isInRotation: false });
    expect(choose([rare, engine('spare', known), twin])).toBe('rare');
  });

  it('takes the shortest queue among equals, with the prompts of others in it', () => {
    expect(choose([engine('a', { others: 2 }), engine('b', { count: 1 })])).toBe('b');
    const long = engine('long', { free: 'ahead', count: 1, others: 3, loaded: PEOPLE });
    expect(choose([long, engine('short', { free: 'ahead', count: 1 })])).toBe('short');
  });

  it('takes another one than that to be avoided, as long as there is another', () => {
    const [a, b] = [engine('a', { loaded: PEOPLE }), engine('b', { free: 'ahead', count: 1 })];
    expect(choose([a, b], 'a')).toBe('b');
    expect(choose([a, engine('b', { free: null })], 'a')).toBeUndefined();
    expect(choose([a, engine('b', { isInRotation: false })], 'a')).toBe('a');
    expect(choose([a], 'a')).toBe('a');
  });

  it('does not care for models where the type needs none', () => {
    const engines = [engine('a', { loaded: TOWNS, others: 0 }), engine('b', { count: 1 })];
    expect(chooseEngine(engines, { taskType: 'invert' }, null)?.address).toBe('a');
  });
});
