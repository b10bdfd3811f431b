import { savedFile } from '@app/comfyui';
import { describe, expect, it } from 'vitest';
import { outputPrefixOf, unguessable } from './task-in-engine.js';

describe('unguessable', () => {
  it('is what does not follow from the task and the number of its runs', () => {
    const [first, second, third] = [1, 2, 3].map((n) => savedFile(outputPrefixOf('t'), n));
    const others = [
      { ...first!, type: 'temp' as const },
      { ...first!, subfolder: '' },
      { ...first!, name: 't-7_00001_.png' },
    ];
    expect(first).toEqual({ name: 't_00001_.png', subfolder: 'photo-repair', type: 'output' });
    expect(unguessable('t', 2, [first!, second!, third!, ...others])).toEqual([third, ...others]);
  });
});
