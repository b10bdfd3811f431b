import { describe, expect, it } from 'vitest';
import { ProblemException } from '../problems/problem.exception.js';
import { parseParameters } from './parse-parameters.js';

function problemOf(text: string): ProblemException {
  try {
    parseParameters(text);
  } catch (error) {
    if (error instanceof ProblemException) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('parseParameters', () => {
  it.each([undefined, '', '  ', '{}'])('takes %j as no choice', (text) => {
    expect(parseParameters(text)).toEqual({});
  });

  it('takes numbers, texts and booleans', () => {
    expect(parseParameters('{"size":512,"model":"ddcolor_artistic","x":true}')).toEqual({
      size: 512,
      model: 'ddcolor_artistic',
      x: true,
    });
  });

  it('refuses broken JSON', () => {
    expect(problemOf('{"size":').code).toBe('invalid_request');
  });

  it.each([
    ['a link into the graph', '{"size":["3",0]}', '/params/size'],
    ['an object', '{"size":{"a":1}}', '/params/size'],
    ['null', '{"size":null}', '/params/size'],
    ['a list', '[1,2]', '/params'],
    ['a number', '5', '/params'],
  ])('refuses %s', (_what, text, pointer) => {
    const problem = problemOf(text);
    expect(problem.code).toBe('invalid_parameter');
    expect(problem.extra.errors?.map((error) => error.pointer)).toEqual([pointer]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('refuses a name that reaches the prototype', () => {
    expect(problemOf('{"__proto__":{"x":1}}').text).toBe('invalid_request.forbidden_key');
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('refuses a number that JSON cannot hold', () => {
    expect(problemOf('{"size":1e999}').extra.errors).toMatchObject([{ pointer: '/params/size' }]);
  });
});
