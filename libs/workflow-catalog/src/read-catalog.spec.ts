import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CatalogError } from './catalog.errors.js';
import { loadCatalog, readCatalog } from './read-catalog.js';

const GRAPH = {
  '11': { class_type: 'LoadImage', inputs: { image: 'input.png' } },
  '6': { class_type: 'Scale', inputs: { image: ['11', 0], width: 512, mode: 'area.x' } },
  '12': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'x' } },
};
const TITLE = { en: 'Size', 'zh-CN': '尺寸' };
const SIZE = {
  name: 'size',
  kind: 'integer',
  title: TITLE,
  node: { class_type: 'Scale' },
  input: 'width',
  minimum: 32,
  maximum: 1024,
  snapTo: 32,
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'catalog-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function put(name: string, content: unknown): void {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

function problems(): string[] {
  try {
    loadCatalog(directory);
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    return error.problems.map(({ file, pointer, message }) => `${file} ${pointer} ${message}`);
  }
  return [];
}

describe('the shipped workflows', () => {
  const catalog = loadCatalog(join(import.meta.dirname, '../../../workflows'));

  it('are these types', () => {
    const keys = catalog.types().map(({ view }) => view.type);
    expect(keys).toEqual(['building', 'dust-scratches', 'person', 'person-upscale', 'upscale']);
    expect(catalog.get('person')?.workflowFile).toBe('DDColor人物黑白修复.json');
    expect(catalog.get('person')?.defaults).toEqual({ size: 512, model: 'ddcolor_modelscope' });
    expect(catalog.get('building')?.defaults).toEqual({ size: 960, model: 'ddcolor_modelscope' });
    expect(catalog.get('nothing')).toBeUndefined();
  });

  it('offer the documented ranges', () => {
    const range = (type: string): unknown =>
      catalog
        .get(type)
        ?.view.parameters.flatMap((each) => (each.kind === 'integer' ? [each.minimum, each.maximum] : []));
    expect(range('person')).toEqual([460, 680]);
    expect(range('building')).toEqual([960, 1280]);
  });

  it('fill into a graph a ComfyUI server takes', () => {
    const type = catalog.get('person');
    expect(type?.outputNodeId).toBe('12');
    const graph = type?.fill({
      parameters: { size: 460 },
      imageName: 'photo-repair/a.png',
      outputPrefix: 'photo-repair/a',
    });
    expect(graph?.['11']?.inputs).toEqual({ image: 'photo-repair/a.png' });
    expect(graph?.['6']?.inputs).toEqual({
      image: ['11', 0],
      model_input_size: 480,
      checkpoint: 'ddcolor_modelscope.pth',
    });
    expect(graph?.['12']?.inputs).toEqual({ images: ['6', 0], filename_prefix: 'photo-repair/a' });
  });
});

describe('a workflow without a side file', () => {
  it('gets its key and title from the file name', () => {
    put('Old Streets.json', GRAPH);
    const [type] = loadCatalog(directory).types();
    expect(type?.view).toEqual({
      type: 'old-streets',
      version: null,
      title: { en: 'Old Streets', 'zh-CN': 'Old Streets' },
      description: {
        en: 'Runs the ComfyUI workflow Old Streets.json.',
        'zh-CN': '运行 ComfyUI 工作流 Old Streets.json。',
      },
      parameters: [],
      colours: false,
      queue_timeout_s: null,
    });
  });

  it('gets a key also where its name has no Latin letters', () => {
    put('修复.json', GRAPH);
    const [type] = loadCatalog(directory).types();
    expect(type?.view).toMatchObject({ type: 'wf-37a69392', title: { en: '修复', 'zh-CN': '修复' } });
  });

  it('gets key and titles from the titles of its nodes', () => {
    const saver = { ...GRAPH['12'], _meta: { title: 'type: faces; title: Faces 人脸' } };
    put('修复.json', { ...GRAPH, '12': saver });
    const [type] = loadCatalog(directory).types();
    expect(type?.view).toMatchObject({ type: 'faces', title: { en: 'Faces', 'zh-CN': '人脸' } });
  });

  it('takes the photo at the loader that is titled so, and leaves the picture of the other', () => {
    const mask = { class_type: 'LoadImage', inputs: { image: 'paper.png' } };
    const photo = { ...GRAPH['11'], _meta: { title: '输入照片' } };
    put('a.json', { ...GRAPH, '1': mask, '11': photo });
    const type = loadCatalog(directory).get('a');
    const graph = type?.fill({ parameters: {}, imageName: 'photo.png', outputPrefix: 'p/1' });
    expect(graph?.['11']?.inputs['image']).toBe('photo.png');
    expect(graph?.['1']?.inputs['image']).toBe('paper.png');
  });

  it('takes the photo at the only loader that feeds the result', () => {
    put('a.json', {
      ...GRAPH,
      '1': GRAPH['11'],
      '2': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
    });
    expect(loadCatalog(directory).get('a')?.inputNodeId).toBe('11');
  });

  it('has the result at the saver that is titled so', () => {
    put('a.json', { ...GRAPH, '13': { ...GRAPH['12'], _meta: { title: '最终结果' } } });
    expect(loadCatalog(directory).get('a')?.outputNodeId).toBe('13');
  });
});

describe('versions', () => {
  it('come from the file name and share the side file of the unversioned one', () => {
    put('人物.json', GRAPH);
    put('人物@2.json', GRAPH);
    put('人物.task-type.json', { type: 'person', title: TITLE, aliases: ['people'], queueTimeout: '5m' });
    const catalog = loadCatalog(directory);
    expect(catalog.types().map(({ view }) => [view.type, view.version])).toEqual([
      ['person', null],
      ['person@2', 2],
    ]);
    expect(catalog.get('person@2')?.view).toMatchObject({
      title: { en: 'Size (2)', 'zh-CN': '尺寸（2）' },
      queue_timeout_s: 300,
    });
    expect(catalog.find('people')?.view.type).toBe('person');
    expect(catalog.get('person')?.view.type).toBe('person');
    expect(catalog.find('人物@2.json')?.view.type).toBe('person@2');
  });

  it('answer for the name where there is none without a version, the highest first', () => {
    put('person@2.json', GRAPH);
    put('person@10.json', GRAPH);
    put('other.json', GRAPH);
    put('other.task-type.json', { type: 'person', version: 3 });
    const catalog = loadCatalog(directory);
    expect(catalog.types().map(({ view }) => view.type)).toEqual(['person@10', 'person@2', 'person@3']);
    expect(catalog.get('person')?.view.type).toBe('person@10');
    expect(catalog.get('person@4')).toBeUndefined();
    expect(catalog.get('perso')).toBeUndefined();
  });

  it('have to agree', () => {
    put('person@2.json', GRAPH);
    put('person@2.task-type.json', { type: 'person@3' });
    expect(problems()).toEqual([expect.stringContaining('say different versions: 2, 3')]);
  });
});

describe('the spellings of programs', () => {
  const catalog = loadCatalog(join(import.meta.dirname, '../../../workflows'));
  it.each([
    'person',
    'DDColor人物黑白修复',
    'DDColor人物黑白修复.json',
    'DDColor人物黑白修复.json'.normalize('NFD'),
  ])('%s is a type', (asked) => {
    expect(catalog.find(asked)?.view.type).toBe('person');
  });

  it.each(['', '.json', 'Person', 'DDColor', '人物', '../person', '__proto__'])('%j is none', (asked) => {
    expect(catalog.find(asked)).toBeUndefined();
  });
});

describe('readCatalog', () => {
  it('gives the good types beside the problems of the others', () => {
    put('a.json', GRAPH);
    put('b.json', '{');
    put('c.json', { nodes: [], links: [] });
    const { catalog, problems: found } = readCatalog(directory);
    expect(catalog.types().map(({ view }) => view.type)).toEqual(['a']);
    expect(found.map(({ file }) => file)).toEqual(['b.json', 'c.json']);
    expect(catalog.problems).toEqual(found);
  });
});

describe('loadCatalog', () => {
  it('reports every problem of every file at once', () => {
    put('a.json', { nodes: [], links: [] });
    put('b.json', '{"1": ');
    put('c.json', { ...GRAPH, '6': { class_type: 'Scale', inputs: { image: ['99', 0], width: 512 } } });
    put('c.task-type.json', { parameters: [{ ...SIZE, input: 'height' }], colour: 1 });
    put('d.json', { '1': { class_type: 'LoadImage', inputs: { image: ['1', 'x'] } }, '2': { inputs: {} } });
    put('e.task-type.json', { type: 'e' });
    put('修复.json', { '11': GRAPH['11'], '13': GRAPH['11'] });
    put('修复.task-type.json', '{');
    const found = problems();
    const expected = [
      /^a\.json {2}.*Export \(API\)/,
      /^b\.json {2}is not valid JSON/,
      /^c\.json \/6\/inputs\/image links to node "99"/,
      /^c\.json \/12 the SaveImage node is not fed/,
      /^c\.task-type\.json {2}.*colour/,
      /^d\.json \/1\/inputs\/image must be a link/,
      /^d\.json \/2\/class_type a node needs a class_type/,
      /^e\.task-type\.json {2}belongs to no workflow: e\.json/,
      /^修复\.json {2}needs a SaveImage node/,
      /^修复\.task-type\.json {2}is not valid JSON/,
    ];
    for (const pattern of expected) expect(found).toContainEqual(expect.stringMatching(pattern));
    expect(found).toHaveLength(expected.length);
  });

  it.each([
    ['no photo', { '12': GRAPH['12'], '6': { class_type: 'Scale', inputs: {} } }, /needs a LoadImage node/],
    [
      'two photos',
      { ...GRAPH, '13': GRAPH['11'], '6': { class_type: 'Mix', inputs: { a: ['11', 0], b: ['13', 0] } } },
      /LoadImage nodes 11, 13 takes the photo: title it "input"/,
    ],
    [
      'a linked photo',
      { ...GRAPH, '11': { class_type: 'LoadImage', inputs: { image: ['6', 0] } } },
      /not a link/,
    ],
    ['no result', { '11': GRAPH['11'] }, /needs a SaveImage/],
    [
      'a preview for a result',
      { '11': GRAPH['11'], '5': { class_type: 'PreviewImage', inputs: { images: ['11', 0] } } },
      /needs a SaveImage.*instead of the PreviewImage node 5/,
    ],
    ['a result of something else', { ...GRAPH, '6': { class_type: 'Noise', inputs: {} } }, /not fed by/],
    ['a missing node', { ...GRAPH, '6': { class_type: 'Scale', inputs: { image: ['7', 0] } } }, /node "7"/],
    [
      'a circle',
      {
        ...GRAPH,
        '6': { class_type: 'Mix', inputs: { a: ['11', 0], b: ['7', 0] } },
        '7': { class_type: 'Mix', inputs: { a: ['6', 0] } },
      },
      /in a circle through nodes 6, 7/,
    ],
    [
      'several results',
      { ...GRAPH, '13': GRAPH['12'] },
      /SaveImage nodes 12, 13 holds the result: title it "result"/,
    ],
    ['no nodes', {}, /has no nodes/],
    ['no object', [], /object of nodes/],
  ])('refuses a workflow with %s', (_what, graph, message) => {
    put('a.json', graph);
    expect(problems()).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['a range without a multiple', { minimum: 33, maximum: 63 }, /no multiple of 32 between 33 and 63/],
    ['a default out of range', { default: 2048 }, /default, 2048, is not/],
    ['a default that would be snapped', { default: 500 }, /default, 500, is not a multiple of 32/],
    ["the workflow's value out of range", { maximum: 480 }, /workflow's own value, 512,/],
    ['an input that is not there', { input: 'height' }, /no value of its own at "height"/],
    ['an input that is a link', { input: 'image' }, /no value of its own at "image"/],
    ['an input of another kind', { input: 'mode' }, /"mode" is not a number/],
    ['a class that is not there', { node: { class_type: 'Crop' } }, /no node of class Crop/],
    ['a node that is not there', { node: { id: 'constructor' } }, /no node "constructor"/],
    ['a name nobody can type', { name: '__proto__' }, /parameter name is/],
    ['a choice without itself', { kind: 'choice', input: 'mode', choices: ['lanczos'] }, /unrecognized key/i],
  ])('refuses a parameter with %s', (_what, change, message) => {
    put('a.json', GRAPH);
    put('a.task-type.json', { parameters: [{ ...SIZE, ...change }] });
    expect(problems()).toContainEqual(expect.stringMatching(message));
  });

  it('refuses one name or one input for two parameters', () => {
    put('a.json', GRAPH);
    put('a.task-type.json', { parameters: [SIZE, SIZE] });
    expect(problems()).toEqual([
      expect.stringContaining('/parameters/1/name the name "size" is used twice'),
      expect.stringContaining('/parameters/1/input another parameter already sets "width" of node 6'),
    ]);
  });

  it('refuses a choice whose own value is not offered, and takes one with its suffix', () => {
    const choice = {
      name: 'mode',
      kind: 'choice',
      title: TITLE,
      node: { id: '6' },
      input: 'mode',
      suffix: '.x',
    };
    put('a.json', GRAPH);
    put('a.task-type.json', { parameters: [{ ...choice, choices: ['cubic'] }] });
    expect(problems()).toEqual([expect.stringContaining('own value, "area", is not one of the choices')]);
    put('a.task-type.json', { parameters: [{ ...choice, choices: ['cubic', 'area'] }] });
    expect(loadCatalog(directory).get('a')?.defaults).toEqual({ mode: 'area' });
  });

  it.each([
    ['300s', 300],
    ['1.5m', 90],
    ['500ms', 0.5],
    ['2h', 7200],
    ['0', 0],
    ['0s', 0],
  ])('takes %s as the waiting limit', (queueTimeout, seconds) => {
    put('a.json', GRAPH);
    put('a.task-type.json', { queueTimeout });
    expect(loadCatalog(directory).get('a')?.view.queue_timeout_s).toBe(seconds);
  });

  it.each(['300', 300, '-1s', 'soon', '', '721h'])('refuses %j as the waiting limit', (queueTimeout) => {
    put('a.json', GRAPH);
    put('a.task-type.json', { queueTimeout });
    expect(problems()).toEqual([expect.stringContaining('a.task-type.json /queueTimeout ')]);
  });

  it('takes the declared result among several', () => {
    put('a.json', { ...GRAPH, '13': GRAPH['12'] });
    put('a.task-type.json', { output: '13' });
    const type = loadCatalog(directory).get('a');
    expect(type?.outputNodeId).toBe('13');
    const graph = type?.fill({ parameters: {}, imageName: 'a.png', outputPrefix: 'p/task' });
    expect(graph?.['13']?.inputs['filename_prefix']).toBe('p/task');
    expect(graph?.['12']?.inputs['filename_prefix']).toBe('p/task-12');
  });

  it('refuses two workflows of one type', () => {
    put('a.json', GRAPH);
    put('b.json', GRAPH);
    put('b.task-type.json', { type: 'a' });
    expect(problems()).toEqual([
      expect.stringContaining('b.json  gives the task type "a", which a.json has already'),
    ]);
  });

  it('keeps to one type a name that two files have', () => {
    put('b.json', GRAPH);
    put('a.json', GRAPH);
    put('a.task-type.json', { aliases: ['b'] });
    expect(problems()).toEqual([expect.stringContaining('a.task-type.json /aliases "b" is')]);
  });

  it('refuses an empty and a missing folder', () => {
    expect(problems()).toEqual([expect.stringContaining('there is no workflow in it')]);
    expect(() => loadCatalog(join(directory, 'none'))).toThrow(/cannot be read \(ENOENT\)/);
  });

  it('reads a file with a byte order mark', () => {
    put('a.json', `\uFEFF${JSON.stringify(GRAPH)}`);
    expect(loadCatalog(directory).get('a')).toBeDefined();
  });
});
