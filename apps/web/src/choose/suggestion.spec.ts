import type { TaskTypeView } from '@app/contracts';
import { expect, it } from 'vitest';
import { canDecide, suggestionFor } from './suggestion.js';

const catalog = (...keys: string[]) =>
  keys.map((type) => ({ type, version: null, parameters: [] }) as unknown as TaskTypeView);
const BOTH = catalog('building', 'person', 'upscale');

it('takes a face for people and no face for places', () => {
  expect(suggestionFor('face', BOTH)).toEqual({ type: 'person', because: 'face' });
  expect(suggestionFor('no_face', BOTH)).toEqual({ type: 'building', because: 'no_face' });
});

it('takes a photo that nobody could look at for one of people', () => {
  expect(suggestionFor('unknown', BOTH)).toEqual({ type: 'person', because: 'unknown' });
});

it('decides nothing where the catalog lacks one of the two', () => {
  expect(canDecide(BOTH)).toBe(true);
  expect(canDecide(catalog('person', 'upscale'))).toBe(false);
  expect(suggestionFor('no_face', catalog('upscale', 'person'))).toEqual({
    type: 'person',
    because: 'unknown',
  });
});
