import { checkAgainstEngine, loadCatalog } from '@app/workflow-catalog';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineBench } from './engine-bench.js';

/** Exports as people publish them: nobody wrote a side file for them, or knew of task types. */
const catalog = loadCatalog(resolve('test/fixtures/workflows'));

describe('exports that were not made for task types', () => {
  it('are task types without a side file', () => {
    const found = catalog.types().map((type) => ({
      type: type.view.type,
      title: type.view.title['zh-CN'],
      input: type.inputNodeId,
      output: type.outputNodeId,
      parameters: type.defaults,
      models: type.modelsFor({}),
      result: type.result.size,
    }));
    expect(found).toEqual([
      {
        type: 'face-restore-api',
        title: 'face_restore_api',
        input: '21',
        output: '26',
        parameters: { fidelity: 0.7 },
        models: ['codeformer.pth'],
        result: 'any',
      },
      {
        type: 'img2img',
        title: '老照片翻新',
        input: '2',
        output: '12',
        parameters: { denoise: 0.35 },
        models: ['example_xl.safetensors'],
        result: 'any',
      },
      {
        type: 'smooth-and-restore-size',
        title: 'smooth_and_restore_size',
        input: '10',
        output: '16',
        parameters: {},
        models: [],
        result: 'any',
      },
      {
        type: 'soft-glow',
        title: 'Soft glow',
        input: '1',
        output: '6',
        parameters: { glow: 0.4 },
        models: [],
        result: 'same',
      },
      {
        type: 'wf-4x-upscale-model',
        title: '4x upscale model',
        input: '3',
        output: '9',
        parameters: {},
        models: ['4x-example.pth'],
        result: 'any',
      },
    ]);
  });

  it('give a graph in which only the photo, the parameters and the prefixes differ', () => {
    const type = catalog.get('face-restore-api')!;
    const graph = type.fill({ parameters: { fidelity: 0.2 }, imageName: 'mine.png', outputPrefix: 'p/1' });
    const expected = structuredClone(type.graph);
    expected['21']!.inputs['image'] = 'mine.png';
    expected['22']!.inputs['codeformer_fidelity'] = 0.2;
    expected['25']!.inputs['filename_prefix'] = 'p/1-25';
    expected['26']!.inputs['filename_prefix'] = 'p/1';
    expect(graph).toEqual(expected);
  });

  describe('on the built-in engine', () => {
    let bench: EngineBench;
    beforeAll(async () => {
      bench = await EngineBench.start();
    });
    afterAll(() => bench.stop());

    it.each(['soft-glow', 'smooth-and-restore-size'])('%s runs', async (key) => {
      const type = catalog.get(key)!;
      expect(checkAgainstEngine(type, await bench.infosFor(type))).toEqual([]);
      expect((await bench.run(type, { width: 120, height: 80 })).info).toMatchObject({
        width: 120,
        height: 80,
      });
    });

    it.each([
      ['img2img', ['CheckpointLoaderSimple', 'VAEEncode', 'CLIPTextEncode', 'KSampler', 'VAEDecode']],
      ['wf-4x-upscale-model', ['UpscaleModelLoader', 'ImageUpscaleWithModel']],
      ['face-restore-api', ['FaceRestoreModelLoader', 'FaceRestoreCFWithModel']],
    ])('%s is told what it lacks, and is refused', async (key, lacking) => {
      const type = catalog.get(key)!;
      const messages = checkAgainstEngine(type, await bench.infosFor(type)).map(({ message }) => message);
      for (const name of lacking) {
        expect(messages).toContainEqual(expect.stringContaining(`the engine has no node class ${name};`));
      }
      await expect(bench.run(type, { width: 32, height: 32 })).rejects.toMatchObject({
        code: 'workflow_invalid',
      });
    });
  });
});
