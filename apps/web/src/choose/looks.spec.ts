import type { ParameterSpec, TaskTypeView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { isUsual, lookParameter, looksOf, sliderOf, withValue, type NumberSpec } from './looks.js';

const title = { en: 'x', 'zh-CN': 'x' };
const model = (choices: string[], usual = choices[0]!) =>
  ({ kind: 'choice', name: 'model', title, default: usual, choices }) as const;
const SIZE: NumberSpec = {
  kind: 'integer',
  name: 'size',
  title,
  default: 512,
  minimum: 460,
  maximum: 680,
  snapTo: 32,
};
const type = (...parameters: ParameterSpec[]) => ({ parameters }) as TaskTypeView;

describe('looks', () => {
  it('names the models that are known and numbers the others', () => {
    const looks = looksOf(model(['ddcolor_modelscope', 'ddcolor_artistic', 'of-our-own']));
    expect(looks.map(({ name, number }) => name ?? number)).toEqual(['natural', 'soft', 3]);
  });

  it('are three at the most, and the usual one is among them', () => {
    const values = (usual: string) => looksOf(model(['a', 'b', 'c', 'd'], usual)).map(({ value }) => value);
    expect(values('a')).toEqual(['a', 'b', 'c']);
    expect(values('d')).toEqual(['d', 'a', 'b']);
  });

  it('are of a parameter that leaves a choice', () => {
    expect(lookParameter(type(SIZE, model(['only'])))).toBeNull();
    expect(lookParameter(type(SIZE, model(['a', 'b'])))?.name).toBe('model');
  });
});

describe('parameters', () => {
  it('keep only what differs from the default', () => {
    const chosen = withValue({ model: 'b' }, SIZE, 640);
    expect(chosen).toEqual({ model: 'b', size: 640 });
    expect(withValue(chosen, SIZE, 512)).toEqual({ model: 'b' });
  });

  it('are the usual ones as long as none differs', () => {
    const both = type(SIZE, model(['a', 'b']));
    expect(isUsual(both, {})).toBe(true);
    expect(isUsual(both, { size: 512 })).toBe(true);
    expect(isUsual(both, { model: 'b' })).toBe(false);
  });
});

describe('a slider', () => {
  it('stands on the multiples of the step only', () => {
    expect(sliderOf(SIZE)).toEqual({ minimum: 480, maximum: 672, step: 32 });
  });

  it('keeps its limits where they are multiples, in spite of binary fractions', () => {
    const strength: NumberSpec = {
      kind: 'number',
      name: 's',
      title,
      default: 0.75,
      minimum: 0.6,
      maximum: 0.9,
      step: 0.05,
    };
    expect(sliderOf(strength)).toEqual({ minimum: 0.6, maximum: 0.9, step: 0.05 });
    expect(sliderOf({ ...strength, step: null })).toMatchObject({ minimum: 0.6, maximum: 0.9 });
  });
});
