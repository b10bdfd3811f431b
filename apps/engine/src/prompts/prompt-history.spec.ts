import type { HistoryEntry } from '@app/comfyui';
import { describe, expect, it } from 'vitest';
import { PromptHistory } from './prompt-history.js';

function entry(id: string): HistoryEntry {
  return {
    prompt: [0, id, {}, {}, []],
    outputs: {},
    status: { status_str: 'success', completed: true, messages: [] },
    meta: {},
  };
}

function filled(count: number): PromptHistory {
  const history = new PromptHistory();
  for (let n = 0; n < count; n++) history.add(entry(`p${n}`));
  return history;
}

describe('PromptHistory', () => {
  it.each([
    [undefined, undefined, ['p0', 'p1', 'p2']],
    [2, undefined, ['p1', 'p2']],
    [9, undefined, ['p0', 'p1', 'p2']],
    [1, 0, ['p0']],
    [2, 2, ['p2']],
  ])('gives %s entries from %s: %s', (maxItems, offset, ids) => {
    expect(Object.keys(filled(3).page(maxItems, offset))).toEqual(ids);
  });

  it('forgets the oldest above a thousand', () => {
    const history = filled(1001);
    expect([history.get('p0'), history.get('p1')?.prompt[1], history.all().length]).toEqual([
      undefined,
      'p1',
      1000,
    ]);
  });
});
