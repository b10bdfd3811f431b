import type { TaskTypeView } from '@app/contracts';
import { expect, it } from 'vitest';
import { offeredTypes } from './offered-types.js';

const type = (key: string) =>
  ({ type: key, version: Number(/@(\d+)$/.exec(key)?.[1]) || null }) as TaskTypeView;
const offered = (...keys: string[]) => offeredTypes(keys.map(type)).map((view) => view.type);

it('shows people first, then buildings, then the others', () => {
  expect(offered('building', 'dust', 'person', 'upscale')).toEqual(['person', 'building', 'dust', 'upscale']);
});

it('hides a version whose type is there, too, and shows one that stands alone', () => {
  expect(offered('person', 'person@2', 'upscale@2', 'upscale@3')).toEqual([
    'person',
    'upscale@2',
    'upscale@3',
  ]);
});
