import { describe, expect, it } from 'vitest';
import { buildTaskType } from './build-task-type.js';
import { checkAgainstEngine, classesOf, ignoredByEngine } from './check-against-engine.js';
import type { TaskType } from './task-type.js';

const METHODS = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'];
const NUMBER = { default: 1, min: 0.01, max: 8, step: 0.01 };

/** As a server describes its classes: a V1 list of choices, and a V3 one. */
const ENGINE: Record<string, unknown> = {
  LoadImage: {
    input: { required: { image: [['old.png'], { image_upload: true }] } },
    output: ['IMAGE', 'MASK'],
  },
  SaveImage: {
    input: { required: { images: ['IMAGE', {}], filename_prefix: ['STRING', { default: 'ComfyUI' }] } },
    output: [],
  },
  ImageScaleBy: {
    input: { required: { image: ['IMAGE'], upscale_method: [METHODS], scale_by: ['FLOAT', NUMBER] } },
    output: ['IMAGE'],
  },
  Morphology: {
    input: {
      required: {
        image: ['IMAGE', {}],
        operation: ['COMBO', { multiselect: false, options: ['erode', 'dilate', 'open', 'close'] }],
        kernel_size: ['INT', { default: 3, min: 3, max: 999, step: 1 }],
      },
      optional: { mask: ['MASK', {}] },
    },
    output: ['IMAGE'],
  },
  Batch: { input: { required: { images: ['COMFY_AUTOGROW_V3', {}] } }, output: ['COMFY_MATCHTYPE_V3'] },
  DDColor_Colorize: {
    input: {
      required: {
        image: ['IMAGE'],
        model_input_size: ['INT', { default: 512, min: 32, max: 4096, step: 32 }],
        checkpoint: [['ddcolor_paper.pth', 'ddcolor_modelscope.pth'], {}],
      },
    },
    output: ['IMAGE'],
  },
};

const LOAD = { class_type: 'LoadImage', inputs: { image: 'input.png', upload: 'image' } };
const SAVE = { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } };
const SCALE = { image: ['1', 0], upscale_method: 'lanczos', scale_by: 2 };
const MORPH = { image: ['1', 0], operation: 'open', kernel_size: 3 };

function type(class_type: string, inputs: object, title = '', more: object = {}): TaskType {
  const node = { class_type, inputs, _meta: { title } };
  const content = { '1': LOAD, '2': node, '3': SAVE, ...more };
  const { taskType, problems } = buildTaskType({ file: 'a.json', content }, undefined);
  if (!taskType) throw new Error(JSON.stringify(problems));
  return taskType;
}

function engineFor(taskType: TaskType, classes = ENGINE): Map<string, unknown> {
  return new Map(classesOf(taskType).map((name) => [name, classes[name] ?? null]));
}

function problems(taskType: TaskType, classes = ENGINE): string[] {
  return checkAgainstEngine(taskType, engineFor(taskType, classes)).map(
    ({ file, pointer, message }) => `${file} ${pointer} ${message}`,
  );
}

describe('checkAgainstEngine', () => {
  it.each([
    ['ImageScaleBy', SCALE],
    ['Morphology', MORPH],
    ['Morphology', { ...MORPH, kernel_size: '5' }],
    ['Morphology', { ...MORPH, mask: ['1', 1] }],
    ['Batch', { 'images.image0': ['1', 0] }],
    ['DDColor_Colorize', { image: ['1', 0], model_input_size: 512, checkpoint: 'ddcolor_paper.pth' }],
    ['DDColor-DDColorize', { image: ['1', 0], size: 512, model: 'ddcolor-imagenet' }],
    ['D_DDColor', { image: ['1', 0], model_input_size: 512, checkpoint: 'ddcolor_paper.pth' }],
  ])('takes %s with %j', (classType, inputs) => {
    expect(problems(type(classType, inputs))).toEqual([]);
  });

  it.each([
    ['NoSuchNode', SCALE, /^a\.json \/2\/class_type the engine has no node class NoSuchNode; install/],
    [
      'ImageScaleBy',
      { image: ['1', 0], scale_by: 2 },
      /^a\.json \/2\/inputs ImageScaleBy needs.*"upscale_method"/,
    ],
    [
      'ImageScaleBy',
      { ...SCALE, upscale_method: 'sinc' },
      /\/2\/inputs\/upscale_method "sinc" is not in.*lanczos/,
    ],
    ['Morphology', { ...MORPH, operation: 'blur' }, /"blur" is not in the engine's list: erode, dilate/],
    ['ImageScaleBy', { ...SCALE, scale_by: 9 }, /9 is above the engine's maximum of 8/],
    ['Morphology', { ...MORPH, kernel_size: 1 }, /1 is below the engine's minimum of 3/],
    ['Morphology', { ...MORPH, kernel_size: 'three' }, /needs a number, not "three"/],
    ['Morphology', { ...MORPH, mask: ['1', 0] }, /takes MASK, and output 0 of node 1 \(LoadImage\) is IMAGE/],
    ['Morphology', { ...MORPH, mask: ['1', 2] }, /LoadImage \(node 1\) has no output 2/],
    ['Morphology', { ...MORPH, mask: 'none' }, /needs a link to MASK, and has the value "none"/],
    [
      'DDColor_Colorize',
      { image: ['1', 0], model_input_size: 512, checkpoint: 'other.pth' },
      /"other\.pth" is not in the engine's list: ddcolor_paper\.pth/,
    ],
  ])('tells what is wrong with %s and %j', (classType, inputs, message) => {
    expect(problems(type(classType, inputs))).toEqual([expect.stringMatching(message)]);
  });

  it('tells everything at once', () => {
    const found = problems(type('Morphology', { image: ['1', 1], operation: 'blur', kernel_size: 1000 }));
    expect(found).toHaveLength(3);
  });

  it('wants one of the DDColor family, whichever', () => {
    const colour = type('DDColor-DDColorize', { image: ['1', 0], size: 512, model: 'ddcolor-imagenet' });
    expect(classesOf(colour)).toEqual(
      expect.arrayContaining(['DDColor_Colorize', 'D_DDColor', 'DDColor-DDColorize']),
    );
    expect(problems(colour, { ...ENGINE, DDColor_Colorize: null })).toEqual([
      expect.stringContaining('the engine has no node class DDColor-DDColorize'),
    ]);
  });

  it('does not look at the pictures that loaders name', () => {
    const frame = { class_type: 'LoadImage', inputs: { image: 'frame.png' } };
    const photo = { ...LOAD, _meta: { title: 'photo' } };
    const taskType = type('ImageScaleBy', SCALE, '', { '1': photo, '9': frame });
    expect(problems(taskType)).toEqual([]);
  });
});

describe('ignoredByEngine', () => {
  const ignored = (taskType: TaskType): string[] =>
    ignoredByEngine(taskType, engineFor(taskType)).map(({ pointer, message }) => `${pointer} ${message}`);

  it('tells inputs that the engine does not know, but no widgets of the editor', () => {
    expect(
      ignored(type('ImageScaleBy', { ...SCALE, resolution_steps: 1, comparer: { images: [] } })),
    ).toEqual([
      '/2/inputs/resolution_steps ImageScaleBy of the engine has no input "resolution_steps" and ignores it',
    ]);
  });

  it('tells choices and limits of parameters that the engine does not take', () => {
    expect(ignored(type('ImageScaleBy', SCALE, 'param: scale of scale_by 1.0..16.0'))).toEqual([
      expect.stringContaining('"scale" offers 16, which'),
    ]);
    const colour = { image: ['1', 0], model_input_size: 512, checkpoint: 'ddcolor_modelscope.pth' };
    expect(ignored(type('DDColor_Colorize', colour))).toEqual([
      expect.stringContaining('"model" offers ddcolor_artistic, which'),
      expect.stringContaining('"model" offers ddcolor_paper_tiny, which'),
    ]);
  });
});
