import { describe, expect, it } from 'vitest';
import { adaptToEngine } from './adapt-to-engine.js';
import type { WorkflowGraph } from './workflow-graph.js';

/** A DDColor class as a server describes it. */
function info(size: string, model: string, models: string[]): unknown {
  return {
    input: {
      required: {
        image: ['IMAGE'],
        [size]: ['INT', { default: 512, min: 32, max: 4096, step: 32 }],
        [model]: [models, { default: models[0] }],
      },
    },
    output: ['IMAGE'],
  };
}
const FILES = ['ddcolor_paper_tiny.pth', 'ddcolor_paper.pth', 'ddcolor_modelscope.pth'];

function article(inputs: object = {}): WorkflowGraph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
    '6': {
      class_type: 'DDColor-DDColorize',
      inputs: { image: ['1', 0], size: 460, model: 'ddcolor-imagenet', ...inputs },
    },
    '12': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'x' } },
  };
}

describe('adaptToEngine', () => {
  it('gives the spelling of articles the class, the inputs, a size and a model of the engine', () => {
    const graph = article();
    const engine = new Map([['DDColor_Colorize', info('model_input_size', 'checkpoint', FILES)]]);
    const adapted = adaptToEngine(graph, engine);
    expect(adapted['6']).toEqual({
      class_type: 'DDColor_Colorize',
      inputs: { image: ['1', 0], model_input_size: 448, checkpoint: 'ddcolor_paper.pth' },
    });
    expect(adapted['1']).toBe(graph['1']);
    expect(graph).toEqual(article());
  });

  it.each([
    [['D_DDColor'], 'D_DDColor'],
    [['D_DDColor', 'DDColor_Colorize'], 'DDColor_Colorize'],
    [['D_DDColor', 'DDColor-DDColorize'], 'DDColor-DDColorize'],
  ])('of the classes %j takes %s', (classes, chosen) => {
    expect(adaptToEngine(article(), new Set(classes))['6']?.class_type).toBe(chosen);
  });

  it('goes the other way, too', () => {
    const engine = new Map<string, unknown>([
      ['DDColor_Colorize', null],
      ['DDColor-DDColorize', info('size', 'model', ['ddcolor-modelscope', 'ddcolor-imagenet'])],
    ]);
    const node = {
      class_type: 'DDColor_Colorize',
      inputs: { image: ['1', 0] as [string, number], model_input_size: 512, checkpoint: 'ddcolor_paper.pth' },
    };
    expect(adaptToEngine({ ...article(), '6': node }, engine)['6']).toEqual({
      class_type: 'DDColor-DDColorize',
      inputs: { image: ['1', 0], size: 512, model: 'ddcolor-imagenet' },
    });
  });

  it.each([
    ['ddcolor_modelscope', 'ddcolor_modelscope.pth'],
    ['ddcolor_modelscope.pth', 'ddcolor_modelscope.pth'],
    ['ddcolor-tiny', 'ddcolor_paper_tiny.pth'],
    ['my_own.pth', 'my_own.pth'],
  ])('names the model %s as %s where the engine lists none', (model, file) => {
    const adapted = adaptToEngine(article({ model }), new Set(['DDColor_Colorize']));
    expect(adapted['6']?.inputs['checkpoint']).toBe(file);
  });

  it('leaves a link where a size would be, and a node that the engine has no member for', () => {
    const graph = article({ size: ['5', 0] });
    expect(adaptToEngine(graph, new Set(['D_DDColor']))['6']?.inputs['model_input_size']).toEqual(['5', 0]);
    expect(adaptToEngine(graph, new Set(['KSampler']))).toEqual(graph);
    expect(adaptToEngine(graph, new Map())).toEqual(graph);
  });
});
