import { expect, it } from 'vitest';
import { EngineFolders } from '../storage/engine-folders.js';
import { createNodeRegistry } from './node-registry.js';
import type { NodeDefinition } from './node.js';
import { objectInfo } from './object-info.js';

const registry = createNodeRegistry();
const infoOf = (className: string) =>
  objectInfo(registry.get(className) as NodeDefinition, new EngineFolders('unused'));

it('describes a node of the newer interface as a real server does', async () => {
  expect(await infoOf('Morphology')).toMatchObject({
    input: {
      required: {
        image: ['IMAGE', {}],
        operation: [
          'COMBO',
          {
            multiselect: false,
            options: ['erode', 'dilate', 'open', 'close', 'gradient', 'bottom_hat', 'top_hat'],
          },
        ],
        kernel_size: ['INT', { default: 3, min: 3, max: 999, step: 1 }],
      },
    },
    input_order: { required: ['image', 'operation', 'kernel_size'] },
    output: ['IMAGE'],
    output_name: ['IMAGE'],
  });
});

it('describes a choice of an older node as a list', async () => {
  const { input } = await infoOf('ImageScale');
  expect(input.required?.['crop']).toEqual([['disabled', 'center']]);
});

it('lists what may be left out by itself', async () => {
  const info = await infoOf('ImageCompositeMasked');
  expect(info.input.optional).toEqual({ mask: ['MASK', {}] });
  expect(Object.keys(info.input.required ?? {})).not.toContain('mask');
  expect(info.input_order).toEqual({
    required: ['destination', 'source', 'x', 'y', 'resize_source'],
    optional: ['mask'],
  });
});
