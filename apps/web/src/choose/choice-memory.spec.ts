import type { TaskTypeView } from '@app/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChoiceMemory, settleChoice, usualChoice } from './choice-memory.js';

const title = { en: 'x', 'zh-CN': 'x' };
const type = (key: string, parameters: TaskTypeView['parameters'] = []) =>
  ({ type: key, version: null, parameters }) as unknown as TaskTypeView;
const PERSON = type('person', [
  { kind: 'integer', name: 'size', title, default: 512, minimum: 460, maximum: 680, snapTo: 32 },
  { kind: 'choice', name: 'model', title, default: 'a', choices: ['a', 'b'] },
  { kind: 'boolean', name: 'sharp', title, default: false },
]);
const TYPES = [type('building'), PERSON, type('upscale')];

describe('the usual choice', () => {
  it('leaves it to a look at each photo where that can decide something', () => {
    expect(usualChoice(TYPES)).toEqual({ type: 'auto', parameters: {} });
  });

  it('is the first type that is offered where there is nothing to decide', () => {
    expect(usualChoice([type('upscale'), type('person')])).toEqual({ type: 'person', parameters: {} });
    expect(usualChoice([type('dust'), type('upscale')])).toEqual({ type: 'dust', parameters: {} });
  });
});

describe('a remembered choice', () => {
  it('gives way to the usual one where its type is gone', () => {
    expect(settleChoice({ type: 'sky', parameters: {} }, TYPES)).toEqual({ type: 'auto', parameters: {} });
    expect(settleChoice({ type: 'auto', parameters: {} }, [PERSON])).toEqual({
      type: 'person',
      parameters: {},
    });
  });

  it('keeps the parameters that the type still takes', () => {
    const parameters = { size: 640, model: 'b', sharp: true };
    expect(settleChoice({ type: 'person', parameters }, TYPES)).toEqual({ type: 'person', parameters });
  });

  it('loses parameters that are gone, and values that are not taken', () => {
    const parameters = { size: 900, model: 'c', sharp: 'yes', gone: 1 };
    expect(settleChoice({ type: 'person', parameters }, TYPES).parameters).toEqual({});
  });
});

describe('the memory', () => {
  let entries: Map<string, string>;
  const open = () =>
    new ChoiceMemory({
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => void entries.set(key, value),
    } as Storage);
  beforeEach(() => (entries = new Map()));

  it('remembers a choice from one visit to the next, also before the catalog is known', () => {
    open().choose({ type: 'person', parameters: { size: 640 } });
    expect(open().current()).toEqual({ type: 'person', parameters: { size: 640 } });
  });

  it('has a choice back when its type comes back', () => {
    const memory = open();
    memory.choose({ type: 'person', parameters: {} });
    memory.sawCatalog([type('upscale')]);
    expect(memory.current().type).toBe('upscale');
    memory.sawCatalog(TYPES);
    expect(memory.current().type).toBe('person');
  });

  it('tells those who listen, once for each change', () => {
    const memory = open();
    let changes = 0;
    const stop = memory.subscribe(() => (changes += 1));
    memory.sawCatalog(TYPES);
    memory.sawCatalog(TYPES);
    memory.choose({ type: 'upscale', parameters: {} });
    stop();
    memory.choose({ type: 'person', parameters: {} });
    expect(changes).toBe(2);
  });

  it('is not misled by what is not a choice', () => {
    for (const text of ['', '{', 'null', '[]', '{"type":1}', '{"type":"person"}']) {
      entries.set('photo-repair.choice', text);
      expect(open().current()).toEqual({ type: 'auto', parameters: {} });
    }
  });
});
