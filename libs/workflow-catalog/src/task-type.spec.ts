import { TaskFailure } from '@app/contracts';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from './read-catalog.js';
import type { TaskType } from './task-type.js';

const catalog = loadCatalog(join(import.meta.dirname, '../../../workflows'));

function type(key: string): TaskType {
  const found = catalog.get(key);
  if (!found) throw new Error(`no type ${key}`);
  return found;
}

function size(key: string, value: number): unknown {
  const resolved = type(key).resolveParameters({ size: value });
  return resolved.ok ? resolved.values['size'] : resolved.problems;
}

describe('resolveParameters', () => {
  it('fills in the defaults', () => {
    expect(type('person').resolveParameters({})).toEqual({
      ok: true,
      values: { size: 512, model: 'ddcolor_modelscope' },
      snapped: [],
    });
  });

  it('snaps to multiples of 32 and stays inside the range', () => {
    expect(size('person', 460)).toBe(480);
    expect(size('person', 495)).toBe(480);
    expect(size('person', 496)).toBe(512);
    expect(size('person', 680)).toBe(672);
    expect(size('building', 960)).toBe(960);
    expect(size('building', 1279)).toBe(1280);
    for (let value = 460; value <= 680; value += 1) {
      const snapped = Number(size('person', value));
      expect(snapped % 32).toBe(0);
      expect(snapped).toBeGreaterThanOrEqual(460);
      expect(snapped).toBeLessThanOrEqual(680);
    }
  });

  it('says what it moved', () => {
    const resolved = type('person').resolveParameters({ size: 460 });
    expect(resolved).toMatchObject({ ok: true, snapped: [{ name: 'size', from: 460, to: 480 }] });
  });

  it('takes a model with and without its ending', () => {
    for (const model of ['ddcolor_artistic', 'ddcolor_artistic.pth']) {
      expect(type('person').resolveParameters({ model })).toMatchObject({
        values: { model: 'ddcolor_artistic' },
      });
    }
  });

  it.each(['ddcolor-imagenet', 'ddcolor-imagenet.pth', 'ddcolor_paper', 'ddcolor-paper'])(
    'takes %s for the model of the paper',
    (model) => {
      expect(type('person').resolveParameters({ model })).toMatchObject({
        values: { model: 'ddcolor_paper' },
      });
      const graph = type('person').fill({ parameters: { model }, imageName: 'a.png', outputPrefix: 'p/1' });
      expect(graph['6']?.inputs['checkpoint']).toBe('ddcolor_paper.pth');
    },
  );

  it.each([
    ['a link', { size: ['11', 0] }, '/size'],
    ['a link for a choice', { model: ['11', 0] }, '/model'],
    ['an object', { size: { valueOf: 512 } }, '/size'],
    ['a number as text', { size: '512' }, '/size'],
    ['NaN', { size: Number.NaN }, '/size'],
    ['infinity', { size: Number.POSITIVE_INFINITY }, '/size'],
    ['a fraction', { size: 512.5 }, '/size'],
    ['true', { size: true }, '/size'],
    ['null', { size: null }, '/size'],
    ['below the range', { size: 459 }, '/size'],
    ['above the range', { size: 681 }, '/size'],
    ['beyond safe integers', { size: 2 ** 53 + 2 }, '/size'],
    ['a number for a choice', { model: 1 }, '/model'],
    ['an unknown choice', { model: 'ddcolor-fauvism' }, '/model'],
    ['a member of every object', { model: 'constructor' }, '/model'],
    ['only the ending', { model: '.pth' }, '/model'],
    ['two endings', { model: 'ddcolor_artistic.pth.pth' }, '/model'],
    ['a path', { model: '../ddcolor_artistic' }, '/model'],
    ['an unknown name', { a_b: 1 }, '/a_b'],
    ['a name with a slash', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['__proto__', JSON.parse('{"__proto__": {"size": 512}}'), '/__proto__'],
    ['constructor', { constructor: { prototype: {} } }, '/constructor'],
  ])('refuses %s', (_what, given, pointer) => {
    expect(type('person').resolveParameters(given)).toEqual({
      ok: false,
      problems: [expect.objectContaining({ pointer, message: expect.any(String) })],
    });
    expect(({} as Record<string, unknown>)['size']).toBeUndefined();
  });

  it.each([null, undefined, 'size=512', [512], 7])('refuses %j instead of an object', (given) => {
    expect(type('person').resolveParameters(given)).toMatchObject({ ok: false, problems: [{ pointer: '' }] });
  });

  it('reports all problems, up to twenty, with short names', () => {
    const wrong = type('person').resolveParameters({ size: 1, model: 'x', other: 1 });
    expect(wrong.ok ? [] : wrong.problems.map(({ pointer }) => pointer)).toEqual([
      '/other',
      '/size',
      '/model',
    ]);
    const hostile = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`${index}${'x'.repeat(1000)}`, 1]),
    );
    const many = type('person').resolveParameters(hostile);
    expect(many.ok ? [] : many.problems).toHaveLength(20);
    expect(JSON.stringify(many).length).toBeLessThan(5000);
  });
});

describe('fill', () => {
  const request = {
    parameters: { size: 600, model: 'ddcolor_paper_tiny' },
    imageName: 'a.png',
    outputPrefix: 'p/1',
  };

  it('is pure', () => {
    const before = JSON.stringify(request);
    const first = type('person').fill(request);
    const second = type('person').fill({ ...request, parameters: {} });
    expect(first['6']?.inputs).toMatchObject({ model_input_size: 608, checkpoint: 'ddcolor_paper_tiny.pth' });
    expect(second['6']?.inputs).toMatchObject({
      model_input_size: 512,
      checkpoint: 'ddcolor_modelscope.pth',
    });
    expect(first['6']?.inputs['image']).not.toBe(second['6']?.inputs['image']);
    expect(JSON.stringify(request)).toBe(before);
  });

  it('takes no link for a value', () => {
    const fill = (): unknown => type('person').fill({ ...request, parameters: { size: ['11', 0] } });
    expect(fill).toThrow(TaskFailure);
    expect(fill).toThrow(expect.objectContaining({ code: 'malformed_message' }));
  });

  it.each(['', '/abs', '../up', 'a/../b', 'a b', '%date%', 'a//b', 'a/'])(
    'refuses the prefix "%s"',
    (outputPrefix) => {
      expect(() => type('person').fill({ ...request, outputPrefix })).toThrow(TypeError);
    },
  );

  it('refuses an image without a name', () => {
    expect(() => type('person').fill({ ...request, imageName: '' })).toThrow(TypeError);
  });
});
