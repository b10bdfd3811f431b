import type { ComfyGraph, ComfyNode } from '@app/comfyui';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRegistry } from '../nodes/node-registry.js';
import type { NodeDefinition } from '../nodes/node.js';
import { EngineFolders } from '../storage/engine-folders.js';
import { validatePrompt } from './validate-prompt.js';

const manyChoices: NodeDefinition = {
  className: 'ManyChoices',
  displayName: '',
  description: '',
  category: '',
  inputs: {
    pick: { type: 'COMBO', choices: async () => Array.from({ length: 21 }, (_, i) => `choice ${i}`) },
  },
  outputs: [],
  isOutput: true,
  execute: async () => ({ outputs: [] }),
};

// The recorded cases of a real server are checked in test/contract; here is what they leave out.
describe('validatePrompt', () => {
  let root: string;
  let folders: EngineFolders;
  const registry = createNodeRegistry([manyChoices]);

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-validate-'));
    folders = new EngineFolders(root);
    await folders.create();
    await writeFile(join(root, 'input/a.png'), '');
    await writeFile(join(root, 'secret.png'), '');
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  const load = (image: unknown = 'a.png'): ComfyNode => ({
    class_type: 'LoadImage',
    inputs: { image: image as string },
  });
  const save = (from: unknown, prefix: unknown = 'p'): ComfyNode => ({
    class_type: 'SaveImage',
    inputs: { images: from as [string, number], filename_prefix: prefix as string },
  });
  const validate = (graph: ComfyGraph, targets?: string[]) =>
    validatePrompt(graph, registry, folders, targets);

  async function errorsOf(graph: ComfyGraph): Promise<Record<string, string[]>> {
    const verdict = await validate(graph);
    const errors = verdict.ok ? verdict.nodeErrors : verdict.refusal.node_errors;
    return Object.fromEntries(
      Object.entries(errors).map(([id, node]) => [id, node.errors.map((error) => error.type)]),
    );
  }

  it('names what is wrong with the output node itself in the details', async () => {
    const verdict = await validate({ '1': save(['99', 0]) });
    expect(verdict).toMatchObject({
      ok: false,
      refusal: {
        error: { type: 'prompt_outputs_failed_validation', details: "Exception when validating node: '99'" },
        node_errors: { '1': { errors: [{ type: 'exception_during_validation' }], dependent_outputs: ['1'] } },
      },
    });
  });

  it('does not look at nodes that no output needs', async () => {
    expect(await validate({ '1': load(), '2': save(['1', 0]), '3': load('missing.png') })).toEqual({
      ok: true,
      outputs: ['2'],
      nodeErrors: {},
    });
  });

  it('runs only the outputs that are asked for', async () => {
    const graph = { '1': load(), '2': save(['1', 0]), '3': save(['1', 0]) };
    expect(await validate(graph, ['3'])).toMatchObject({ ok: true, outputs: ['3'] });
    expect(await validate(graph, [])).toMatchObject({ refusal: { error: { type: 'prompt_no_outputs' } } });
  });

  it.each(['../secret.png', '../../etc/passwd', 'a.png [output]', '', 'x\0'])(
    'finds no file %j',
    async (image) => {
      expect(await errorsOf({ '1': load(image), '2': save(['1', 0]) })).toEqual({
        '1': ['custom_validation_failed'],
      });
    },
  );

  it('names the number of choices above twenty', async () => {
    const verdict = await validate({ '1': { class_type: 'ManyChoices', inputs: { pick: 'none' } } });
    expect(verdict.ok ? undefined : verdict.refusal.node_errors['1']?.errors[0]).toMatchObject({
      details: "pick: 'none' not in (list of length 21)",
      extra_info: { input_config: null },
    });
  });

  it('writes values back as the node will get them', async () => {
    const scale: ComfyNode = {
      class_type: 'ImageScaleBy',
      inputs: { image: ['1', 0], upscale_method: 'area', scale_by: '0.5' },
    };
    const graph = { '1': load(), '2': scale, '3': save(['2', 0], 7) };
    expect(await errorsOf(graph)).toEqual({});
    expect([scale.inputs['scale_by'], graph['3'].inputs['filename_prefix']]).toEqual([0.5, '7']);
  });

  describe('of nodes with numbers, flags and masks', () => {
    const composite = (inputs: ComfyNode['inputs']): ComfyGraph => ({
      '1': load(),
      '2': { class_type: 'PrimitiveInt', inputs: { value: 5 } },
      '3': { class_type: 'PrimitiveFloat', inputs: { value: 5 } },
      '4': {
        class_type: 'ImageCompositeMasked',
        inputs: {
          destination: ['1', 0],
          source: ['1', 0],
          x: 0,
          y: 0,
          resize_source: false,
          ...inputs,
        },
      },
      '5': save(['4', 0]),
    });

    it('lets an optional input be left out', async () => {
      expect(await errorsOf(composite({}))).toEqual({});
      expect(await errorsOf(composite({ mask: ['1', 1] }))).toEqual({});
      expect(await errorsOf(composite({ mask: ['1', 0] }))).toEqual({ '4': ['return_type_mismatch'] });
    });

    it('takes a whole number along a link, and no other', async () => {
      expect(await errorsOf(composite({ x: ['2', 0] }))).toEqual({});
      expect(await errorsOf(composite({ x: ['3', 0] }))).toEqual({ '4': ['return_type_mismatch'] });
      expect(await errorsOf(composite({ resize_source: ['2', 0] }))).toEqual({
        '4': ['return_type_mismatch'],
      });
    });

    it.each([
      [1, true],
      ['false', true],
      ['', false],
      [0, false],
      [null, false],
    ])('reads the flag %j as Python does', async (given, flag) => {
      const graph = composite({ resize_source: given });
      expect(await errorsOf(graph)).toEqual({});
      expect(graph['4']?.inputs['resize_source']).toBe(flag);
    });

    it('names a choice of the newer interface in its form', async () => {
      const inputs = { image: ['1', 0] as [string, number], operation: 'melt', kernel_size: 2 };
      const graph = { '1': load(), '2': { class_type: 'Morphology', inputs }, '3': save(['2', 0]) };
      const verdict = await validate(graph);
      expect(verdict.ok ? undefined : verdict.refusal.node_errors['2']?.errors).toMatchObject([
        {
          type: 'value_not_in_list',
          extra_info: { input_config: ['COMBO', { multiselect: false, options: expect.any(Array) as [] }] },
        },
        { type: 'value_smaller_than_min', message: 'Value 2 smaller than min of 3' },
      ]);
    });
  });

  it('lists every output that depends on a bad node', async () => {
    const verdict = await validate({ '1': load('missing.png'), '2': save(['1', 0]), '3': save(['1', 0]) });
    expect(verdict).toMatchObject({ refusal: { node_errors: { '1': { dependent_outputs: ['2', '3'] } } } });
  });

  it('is not fooled by names that every object has', async () => {
    expect(await errorsOf({ '1': save(['constructor', 0]) })).toEqual({
      '1': ['exception_during_validation'],
    });
    const hollow = { class_type: 'toString', inputs: {} };
    expect(await validate({ '1': hollow })).toMatchObject({
      refusal: { error: { type: 'missing_node_type' } },
    });
  });

  it('refuses a plain value where a picture is needed', async () => {
    expect(await errorsOf({ '1': save('a.png') })).toEqual({ '1': ['invalid_input_type'] });
  });

  it('throws at the format of the editor', async () => {
    await expect(validate({ nodes: [], links: [] } as unknown as ComfyGraph)).rejects.toThrow(TypeError);
  });
});
