import { describe, expect, it } from 'vitest';
import { pythonFloat, pythonInt, pythonRepr } from './python-values.js';

it.each([
  ['a', "'a'"],
  ["it's", '"it\'s"'],
  ['a\\b\n', "'a\\\\b\\n'"],
  [null, 'None'],
  [true, 'True'],
  [1.5, '1.5'],
  [['a', 1], "['a', 1]"],
  [{ a: [false] }, "{'a': [False]}"],
])('pythonRepr(%j) is %s', (value, text) => {
  expect(pythonRepr(value)).toBe(text);
});

describe('pythonInt', () => {
  it.each([
    ['512', 512],
    [' -7 ', -7],
    [3.9, 3],
    [-3.9, -3],
    [true, 1],
  ])('reads %j', (value, number) => {
    expect(pythonInt(value)).toBe(number);
  });

  it.each([
    ['abc', "invalid literal for int() with base 10: 'abc'"],
    ['3.5', "invalid literal for int() with base 10: '3.5'"],
    ['', "invalid literal for int() with base 10: ''"],
    [null, "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"],
    [{}, "int() argument must be a string, a bytes-like object or a real number, not 'dict'"],
  ])('refuses %j', (value, message) => {
    expect(() => pythonInt(value)).toThrow(message);
  });
});

describe('pythonFloat', () => {
  it.each([
    ['0.5', 0.5],
    ['1e3', 1000],
    ['.5', 0.5],
    [2, 2],
    [false, 0],
  ])('reads %j', (value, number) => {
    expect(pythonFloat(value)).toBe(number);
  });

  it.each(['abc', '', '0x10', null])('refuses %j', (value) => {
    expect(() => pythonFloat(value)).toThrow(/float/);
  });
});
