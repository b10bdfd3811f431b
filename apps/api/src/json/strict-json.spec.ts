import { describe, expect, it } from 'vitest';
import { ProblemException } from '../problems/problem.exception.js';
import { readStrictJson } from './strict-json.js';

const read = (text: string) =>
  readStrictJson(text, { malformed: 'invalid_request.json', pointer: '/params' });

function refusal(text: string): ProblemException {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ProblemException) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('readStrictJson', () => {
  it.each([
    '{}',
    '[]',
    '"a"',
    '0',
    '-1.5e3',
    'null',
    '{"a":{"b":[1,{"b":2}]},"b":"{\\"a\\":1,\\"a\\":2}"}',
    '{"a":"\\\\","b":"\\"","c":"}{"}',
    '["a","a",{"x":1},{"x":1}]',
    '{"奶奶":"1953年 😀\\n\\t"}',
    '9007199254740991',
  ])('takes %s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });

  it.each(['', '{', '{"a":1,}', "{'a':1}", 'NaN', 'undefined', '01', '"\u0000"', '{"a":1}x'])(
    'refuses %j, which is none',
    (text) => {
      expect(refusal(text).text).toBe('invalid_request.json');
    },
  );

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"a":1,"c":[{}],"a":2}}]',
    '{"a":{"x":1},"b":{"x":1},"a":3}',
    '{"":1,"":2}',
  ])('refuses a name twice: %s', (text) => {
    expect(refusal(text).text).toBe('invalid_request.duplicate_key');
  });

  it.each(['{"__proto__":1}', '[{"a":{"\\u005f_proto__":{}}}]', '{"constructor":{"prototype":{}}}'])(
    'refuses a way to the prototype: %s',
    (text) => {
      expect(refusal(text).text).toBe('invalid_request.forbidden_key');
      expect(({} as Record<string, unknown>)['prototype']).toBeUndefined();
    },
  );

  it('refuses depth, quickly', () => {
    const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);
    expect(read(levels(32))).toBeDefined();
    expect(refusal(levels(33)).text).toBe('invalid_request.json_depth');
    const started = process.cpuUsage();
    expect(refusal(levels(50_000)).text).toBe('invalid_request.json_depth');
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

  it.each([
    ['{"size":1e999}', '/params/size'],
    ['{"a":[0,9007199254740993]}', '/params/a/1'],
    ['{"a":-1e400}', '/params/a'],
    ['{"a/b":{"~":"\\ud800"}}', '/params/a~1b/~0'],
    ['"\\udc00"', '/params'],
    ['{"a":"\\u0000"}', '/params/a'],
    ['{"\\u001b":1}', '/params/\u001b'],
  ])('refuses with 422 and a pointer: %s', (text, pointer) => {
    const problem = refusal(text);
    expect(problem.getStatus()).toBe(422);
    expect(problem.extra.errors).toMatchObject([{ pointer }]);
  });

  it('lists no more than 20 wrong values', () => {
    const text = JSON.stringify(Array.from({ length: 1000 }, () => '\u0001'));
    expect(refusal(text).extra.errors).toHaveLength(20);
  });
});
