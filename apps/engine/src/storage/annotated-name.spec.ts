import { expect, it } from 'vitest';
import { parseAnnotatedName } from './annotated-name.js';

it.each([
  ['a.png', { name: 'a.png' }],
  ['a.png [output]', { name: 'a.png', type: 'output' }],
  ['sub/a.png [temp]', { name: 'sub/a.png', type: 'temp' }],
  ['a [output].png', { name: 'a [output].png' }],
  ['a.png [bogus]', { name: 'a.png [bogus]' }],
  ['a.png[input]', { name: 'a.png[input]' }],
])('parseAnnotatedName(%j)', (text, parsed) => {
  expect(parseAnnotatedName(text)).toEqual(parsed);
});
