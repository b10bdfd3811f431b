import { checkAgainstEngine, ignoredByEngine, loadCatalog } from '@app/workflow-catalog';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineBench } from './engine-bench.js';

const catalog = loadCatalog(resolve('workflows'));
const SIZE = { width: 90, height: 64 };

describe('every shipped task type', () => {
  let bench: EngineBench;
  beforeAll(async () => {
    bench = await EngineBench.start();
  });
  afterAll(() => bench.stop());

  it.each(catalog.types().map((type) => [type.view.type, type] as const))(
    '%s is what the built-in engine has',
    async (_key, type) => {
      const engine = await bench.infosFor(type);
      expect(checkAgainstEngine(type, engine)).toEqual([]);
      expect(ignoredByEngine(type, engine)).toEqual([]);
    },
  );

  it.each([
    ['person', {}, { width: 90, height: 64 }],
    ['building', { model: 'ddcolor-imagenet' }, { width: 90, height: 64 }],
    ['dust-scratches', { strength: 0.9 }, { width: 90, height: 64 }],
    ['upscale', {}, { width: 180, height: 128 }],
    ['upscale', { scale: 1.5 }, { width: 135, height: 96 }],
    ['person-upscale', { scale: 3 }, { width: 270, height: 192 }],
  ])('%s with %j gives a picture as it says', async (key, parameters, expected) => {
    const type = catalog.get(key)!;
    const { data, info } = await bench.run(type, SIZE, parameters);
    expect(info).toMatchObject(expected);
    const { size, colours } = type.resultOf(parameters);
    const scale = size === 'same' ? 1 : size === 'any' ? null : size.scale;
    expect(scale).toBe(expected.width / SIZE.width);
    const isGrey = data.every((value, at) => value === data[at - (at % 3)]);
    expect(isGrey).toBe(!colours);
  });
});
