import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTaskType } from './build-task-type.js';
import { loadCatalog } from './read-catalog.js';
import type { TaskType } from './task-type.js';

type Nodes = Record<string, { class_type: string; inputs: object; _meta?: object }>;

function type(nodes: Nodes, side?: object): TaskType {
  const content = {
    '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
    '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'x' } },
    ...nodes,
  };
  const sideFile = side && { file: 'a.task-type.json', content: side };
  const { taskType, problems } = buildTaskType({ file: 'a.json', content }, sideFile);
  if (!taskType) throw new Error(JSON.stringify(problems));
  return taskType;
}

const scaleBy = (from: string, scale_by: number) => ({
  class_type: 'ImageScaleBy',
  inputs: { image: [from, 0], upscale_method: 'lanczos', scale_by },
});

describe('resultOf', () => {
  const shipped = loadCatalog(join(import.meta.dirname, '../../../workflows'));
  it.each([
    ['person', {}, { size: 'same', colours: true }],
    ['building', {}, { size: 'same', colours: true }],
    ['dust-scratches', {}, { size: 'same', colours: false }],
    ['upscale', {}, { size: { scale: 2 }, colours: false }],
    ['upscale', { scale: 3 }, { size: { scale: 3 }, colours: false }],
    ['upscale', { scale: 1.5 }, { size: { scale: 1.5 }, colours: false }],
    ['person-upscale', {}, { size: { scale: 2 }, colours: true }],
  ])('of %s with %j', (key, parameters, facts) => {
    expect(shipped.get(key)?.resultOf(parameters)).toEqual(facts);
  });

  it('is said without the parameters as far as they change nothing', () => {
    expect(shipped.get('person')?.result).toEqual({ size: 'same', colours: true });
    expect(shipped.get('upscale')?.result).toEqual({ size: 'any', colours: false });
  });

  it.each<[string, Nodes, object]>([
    [
      'two scalings',
      { '7': scaleBy('1', 2), '8': scaleBy('7', 1.5) },
      { size: { scale: 3 }, colours: false },
    ],
    ['a scaling by one', { '8': scaleBy('1', 1) }, { size: 'same' }],
    [
      'a node that nobody knows',
      { '8': { class_type: 'Filter', inputs: { image: ['1', 0] } } },
      { size: 'any' },
    ],
    [
      'a fixed size',
      { '8': { class_type: 'ImageScale', inputs: { image: ['1', 0], width: 1024, height: 1024 } } },
      { size: 'any' },
    ],
    [
      'a scaling that is linked',
      {
        '7': { class_type: 'Float', inputs: {} },
        '8': { ...scaleBy('1', 2), inputs: { image: ['1', 0], scale_by: ['7', 0] } },
      },
      { size: 'any' },
    ],
    [
      'a colouring node by its name',
      { '8': { class_type: 'Photo Colourizer', inputs: { image: ['1', 0] } } },
      { size: 'any', colours: true },
    ],
    [
      'a colouring node by its title',
      { '8': { class_type: 'KSampler', inputs: { image: ['1', 0] }, _meta: { title: '老照片上色' } } },
      { colours: true },
    ],
    [
      'a colouring node beside the way to the result',
      {
        '8': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
        '7': { class_type: 'Colorize', inputs: { image: ['1', 0] } },
      },
      { size: 'same', colours: false },
    ],
    [
      'a blend, by its first picture',
      {
        '7': scaleBy('1', 2),
        '8': { class_type: 'ImageBlend', inputs: { image1: ['1', 0], image2: ['7', 0] } },
      },
      { size: 'same' },
    ],
  ])('of %s', (_what, nodes, facts) => {
    expect(type(nodes).resultOf({})).toMatchObject(facts);
  });

  it('is what the side file says where it says something', () => {
    const nodes = { '8': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } } };
    expect(type(nodes, { result: { size: { scale: 4 } } }).resultOf({})).toEqual({
      size: { scale: 4 },
      colours: false,
    });
    expect(type(nodes, { result: { colours: true } }).resultOf({})).toEqual({ size: 'same', colours: true });
  });
});

describe('modelsFor', () => {
  it('finds the model files in the inputs, and those of the parameters', () => {
    const nodes = {
      '7': { class_type: 'UpscaleModelLoader', inputs: { model_name: '4x.safetensors' } },
      '6': {
        class_type: 'DDColor_Colorize',
        inputs: { image: ['1', 0], model_input_size: 512, checkpoint: 'ddcolor_modelscope.pth' },
      },
      '8': { class_type: 'ImageUpscaleWithModel', inputs: { upscale_model: ['7', 0], image: ['6', 0] } },
    };
    expect(type(nodes).modelsFor({})).toEqual(['ddcolor_modelscope.pth', '4x.safetensors']);
    expect(type(nodes).modelsFor({ model: 'ddcolor-imagenet' })).toContain('ddcolor_paper.pth');
    expect(type(nodes, { models: ['a.pth'] }).modelsFor({})).toEqual(['a.pth']);
  });
});
