import { describe, expect, it } from 'vitest';
import { buildTaskType } from './build-task-type.js';
import type { TaskType } from './task-type.js';

const INPUTS = { image: ['1', 0], factor: 0.5, count: 3, mode: 'soft', other_mode: 'a', invert: false };

function build(title: string, inputs: object = INPUTS): { taskType: TaskType | null; messages: string[] } {
  const { taskType, problems } = buildTaskType(
    {
      file: 'a.json',
      content: {
        '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
        '2': { class_type: 'Filter', inputs, _meta: { title } },
        '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
      },
    },
    undefined,
  );
  return { taskType, messages: problems.map(({ pointer, message }) => `${pointer} ${message}`) };
}

describe('a title that makes a parameter', () => {
  it.each([
    [
      'param: strength of factor 0..1 step 0.05',
      { kind: 'number', name: 'strength', minimum: 0, maximum: 1, step: 0.05, default: 0.5 },
    ],
    ['Param: factor 0.0..2.0', { kind: 'number', name: 'factor', minimum: 0, maximum: 2, step: null }],
    ['param: count 1..9', { kind: 'integer', name: 'count', minimum: 1, maximum: 9, snapTo: 1, default: 3 }],
    ['param: mode soft|hard', { kind: 'choice', name: 'mode', choices: ['soft', 'hard'], default: 'soft' }],
    ['param: how of mode soft | hard', { kind: 'choice', name: 'how', choices: ['soft', 'hard'] }],
    ['param: times of count 1|3|5', { kind: 'choice', choices: ['1', '3', '5'], default: '3' }],
    ['param: invert', { kind: 'boolean', name: 'invert', default: false }],
    [
      'param: strength (Strength 强度) of factor 0..1.0',
      { name: 'strength', title: { en: 'Strength', 'zh-CN': '强度' } },
    ],
    [
      '参数：强度 of factor 0～1 步长 0.1',
      { name: 'factor', kind: 'number', step: 0.1, title: { en: 'Factor', 'zh-CN': '强度' } },
    ],
    ['param: factor -1..1 step 0.5', { minimum: -1, maximum: 1, step: 0.5 }],
  ])('%s', (title, spec) => {
    const { taskType, messages } = build(title);
    expect(messages).toEqual([]);
    expect(taskType?.view.parameters).toEqual([expect.objectContaining(spec)]);
  });

  it('may make several', () => {
    const { taskType } = build('param: factor 0..1.0; param: invert；参数：mode soft|hard');
    expect(taskType?.view.parameters.map(({ name }) => name)).toEqual(['factor', 'invert', 'mode']);
  });

  it('needs no name of an input where the node has only one that fits', () => {
    const { taskType } = build('param: strength 0..1 step 0.1', { image: ['1', 0], weight: 0.3 });
    expect(taskType?.parameters).toMatchObject([{ nodeId: '2', input: 'weight', spec: { default: 0.3 } }]);
  });

  it.each([
    ['param: strength 0..1', /several values; say which.*of factor/],
    ['param: strength', /node 2 has no true or false|is not true or false/],
    ['param: how strong it is 0..1', /is not understood; write it like/],
    ['param:', /is not understood/],
    ['param: factor 0..1.0 step 0', /cannot be used \(step: /],
    ['param: count 1..9 step -1', /cannot be used \(snapTo: /],
    ['param: factor () 0..1.0', /cannot be used \(title\.en: /],
    ['param: 2x of 2x 0..9', /cannot be used \(name: /],
    [
      'param: factor 1..2',
      /own value, 0.5, is not a multiple of|own value, 0.5, is not a number between 1 and 2; 1 would be/,
    ],
    ['param: mode hard|harder', /own value, "soft", is not one of the choices/],
    ['param: x of nothing 0..1', /no value of its own at "nothing"/],
    ['param: x of image 0..1', /no value of its own at "image"/],
  ])('%s is refused', (title, message) => {
    const { taskType, messages } = build(title, { ...INPUTS, invert: 'no', '2x': 1 });
    expect(taskType).toBeNull();
    expect(messages).toContainEqual(expect.stringMatching(message));
    expect(messages[0]).toMatch(/^\/2\/_meta\/title /);
  });

  it.each(['Upscale Image', 'DDColor 上色（人物）', 'note: 0..1', '', ';;:'])(
    '"%s" says nothing',
    (title) => {
      expect(build(title)).toMatchObject({ messages: [], taskType: { parameters: [] } });
    },
  );
});

describe('values of these parameters', () => {
  const { taskType } = build(
    'param: factor 0..1 step 0.05; param: count 1|3|5; param: invert; param: mode soft|hard',
  );
  const resolve = (given: unknown) => taskType!.resolveParameters(given);

  it('are moved to a step', () => {
    expect(resolve({ factor: 0.33 })).toMatchObject({
      ok: true,
      values: { factor: 0.35 },
      snapped: [{ name: 'factor', from: 0.33, to: 0.35 }],
    });
    expect(resolve({ factor: 0.15 })).toMatchObject({ values: { factor: 0.15 }, snapped: [] });
  });

  it('reach the node in the kind that it wants', () => {
    const graph = taskType!.fill({
      parameters: { factor: 1, count: '5', invert: true, mode: 'hard' },
      imageName: 'a.png',
      outputPrefix: 'p/1',
    });
    expect(graph['2']?.inputs).toEqual({
      ...INPUTS,
      factor: 1,
      count: 5,
      invert: true,
      mode: 'hard',
    });
    expect(resolve({ count: 5 })).toMatchObject({ ok: true, values: { count: '5' } });
  });

  it.each([
    [{ factor: 1.01 }, 'number_between'],
    [{ factor: '0.5' }, 'number_between'],
    [{ factor: Number.NaN }, 'number_between'],
    [{ factor: true }, 'number_between'],
    [{ invert: 1 }, 'boolean'],
    [{ invert: 'true' }, 'boolean'],
    [{ invert: null }, 'boolean'],
    [{ count: 2 }, 'one_of'],
    [{ mode: true }, 'one_of'],
  ])('%j breaks the rule %s', (given, rule) => {
    expect(resolve(given)).toMatchObject({ ok: false, problems: [{ rule }] });
  });
});
