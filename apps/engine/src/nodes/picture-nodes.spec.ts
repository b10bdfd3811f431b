import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../colour/colouriser.js';
import type { Mask } from '../images/mask.js';
import { EngineFolders } from '../storage/engine-folders.js';
import { NodeInputs } from './node-inputs.js';
import { createNodeRegistry } from './node-registry.js';
import type { NodeRun } from './node.js';

const registry = createNodeRegistry();

function runOf(overrides: Partial<NodeRun> = {}): NodeRun {
  return {
    folders: new EngineFolders('unused'),
    colouriser: { colouring: 'preview', colourise: async (image) => image, close: async () => {} },
    signal: new AbortController().signal,
    onProgress: () => {},
    graph: {},
    extraData: {},
    ...overrides,
  };
}

/** Runs one node with these inputs. */
async function execute(
  className: string,
  inputs: Record<string, unknown>,
  run = runOf(),
): Promise<readonly unknown[]> {
  const node = registry.get(className);
  if (!node) throw new Error(`no node ${className}`);
  return (await node.execute(new NodeInputs(new Map(Object.entries(inputs))), run)).outputs;
}

/** One grey value a number. */
function grey(width: number, ...values: number[]): RgbImage {
  const data = new Uint8Array(values.flatMap((value) => [value, value, value]));
  return { data, width, height: values.length / width };
}

function shown(image: unknown): { size: string; grey: number[] } {
  const { data, width, height } = image as RgbImage;
  return { size: `${width}x${height}`, grey: [...data].filter((_value, at) => at % 3 === 0) };
}

const sizeOf = async (className: string, inputs: Record<string, unknown>) =>
  shown((await execute(className, inputs))[0]).size;

/** 3 wide, 2 high. */
const SIX = grey(3, 1, 2, 3, 4, 5, 6);

describe('ImageCrop', () => {
  it.each([
    [{ width: 2, height: 1, x: 1, y: 1 }, '2x1', [5, 6]],
    [{ width: 512, height: 512, x: 1, y: 0 }, '2x2', [2, 3, 5, 6]],
    [{ width: 4, height: 4, x: 99, y: 99 }, '1x1', [6]],
  ])('of %j', async (rectangle, size, values) => {
    const [cut] = await execute('ImageCrop', { image: SIX, ...rectangle });
    expect(shown(cut)).toEqual({ size, grey: values });
  });
});

describe('ImageRotate', () => {
  it.each([
    ['none', '3x2', [1, 2, 3, 4, 5, 6]],
    ['90 degrees', '2x3', [4, 1, 5, 2, 6, 3]],
    ['180 degrees', '3x2', [6, 5, 4, 3, 2, 1]],
    ['270 degrees', '2x3', [3, 6, 2, 5, 1, 4]],
  ])('turns clockwise by %s', async (rotation, size, values) => {
    const [turned] = await execute('ImageRotate', { image: SIX, rotation });
    expect(shown(turned)).toEqual({ size, grey: values });
  });
});

describe('ImageFlip', () => {
  it.each([
    ['x-axis: vertically', [4, 5, 6, 1, 2, 3]],
    ['y-axis: horizontally', [3, 2, 1, 6, 5, 4]],
  ])('%s', async (flip_method, values) => {
    const [flipped] = await execute('ImageFlip', { image: SIX, flip_method });
    expect(shown(flipped)).toEqual({ size: '3x2', grey: values });
  });
});

describe('ImageScaleToTotalPixels', () => {
  const scaled = (image: RgbImage, megapixels: number, resolution_steps = 1) =>
    sizeOf('ImageScaleToTotalPixels', { image, upscale_method: 'area', megapixels, resolution_steps });

  it('counts 1024 x 1024 as one and keeps the shape', async () => {
    expect(await scaled(grey(4, ...Array<number>(8).fill(0)), 0.5)).toBe('1024x512');
    expect(await scaled(grey(1, 0), 0.01)).toBe('102x102');
  });

  it('makes both sides multiples of the steps, and never nothing', async () => {
    expect(await scaled(grey(1, 0), 0.01, 32)).toBe('96x96');
    expect(await scaled(grey(40, ...Array<number>(40).fill(0)), 0.01, 256)).toBe('768x256');
  });
});

describe('ImageScaleToMaxDimension', () => {
  const scaled = (image: RgbImage, largest_size: number) =>
    sizeOf('ImageScaleToMaxDimension', { image, upscale_method: 'lanczos', largest_size });

  it('fits the longer side, whichever it is', async () => {
    expect(await scaled(SIX, 30)).toBe('30x20');
    expect(await scaled(grey(1, 0, 0), 30)).toBe('15x30');
    expect(await scaled(grey(1, 0), 1)).toBe('1x1');
  });

  it('fails at 0', async () => {
    await expect(scaled(SIX, 0)).rejects.toMatchObject({ exceptionType: 'RuntimeError' });
  });
});

describe('ImageScaleBy', () => {
  it('rounds a half to the even side, as Python does', async () => {
    const image = grey(5, 1, 2, 3, 4, 5);
    expect(await sizeOf('ImageScaleBy', { image, upscale_method: 'area', scale_by: 0.5 })).toBe('2x1');
    expect(await sizeOf('ImageScaleBy', { image: SIX, upscale_method: 'area', scale_by: 0.5 })).toBe('2x1');
  });
});

describe('ImageBlend', () => {
  it('scales the second picture to the first', async () => {
    const [blended] = await execute('ImageBlend', {
      image1: SIX,
      image2: grey(1, 100),
      blend_factor: 0.5,
      blend_mode: 'normal',
    });
    expect(shown(blended)).toEqual({ size: '3x2', grey: [50, 51, 52, 52, 52, 53] });
  });
});

describe('ImageBlur and ImageSharpen', () => {
  it.each([
    ['ImageBlur', { blur_radius: 2, sigma: 1 }, 'at dimension 2 of input [1, 3, 2, 3]'],
    ['ImageBlur', { blur_radius: 3, sigma: 1 }, 'at dimension 3 of input [1, 3, 2, 3]'],
    ['ImageSharpen', { sharpen_radius: 31, sigma: 1, alpha: 1 }, 'at dimension 3'],
  ])('%s of %j fails on a picture that is smaller than the radius', async (className, inputs, text) => {
    await expect(execute(className, { image: SIX, ...inputs })).rejects.toMatchObject({
      exceptionType: 'RuntimeError',
      message: expect.stringContaining(text) as string,
    });
  });

  it('take the largest radius that fits', async () => {
    expect(await sizeOf('ImageBlur', { image: SIX, blur_radius: 1, sigma: 1 })).toBe('3x2');
  });
});

describe('EmptyImage', () => {
  it('has the colour', async () => {
    const [image] = await execute('EmptyImage', { width: 2, height: 1, batch_size: 1, color: 0x0a14ff });
    expect(image).toMatchObject({ width: 2, height: 1 });
    expect([...(image as RgbImage).data]).toEqual([10, 20, 255, 10, 20, 255]);
  });

  it('is refused above 100 megapixels', async () => {
    const size = { width: 16_384, height: 16_384, batch_size: 1, color: 0 };
    await expect(execute('EmptyImage', size)).rejects.toThrow(/can't allocate memory/);
  });
});

describe('masks', () => {
  it('come from a channel, become hard, and go back to a picture', async () => {
    const image = { data: new Uint8Array([1, 10, 0, 1, 50, 0, 1, 200, 0]), width: 3, height: 1 };
    const [green] = await execute('ImageToMask', { image, channel: 'green' });
    expect([...(green as Mask).data]).toEqual([10, 50, 200]);
    // 0.2 of 255 is 51, and a pixel must be above it.
    const [hard] = await execute('ThresholdMask', { mask: green, value: 0.2 });
    expect([...(hard as Mask).data]).toEqual([0, 0, 255]);
    const [inverted] = await execute('InvertMask', { mask: hard });
    const [picture] = await execute('MaskToImage', { mask: inverted });
    expect(shown(picture)).toEqual({ size: '3x1', grey: [255, 255, 0] });
  });

  it('have no alpha channel to come from', async () => {
    const attempt = execute('ImageToMask', { image: SIX, channel: 'alpha' });
    await expect(attempt).rejects.toMatchObject({ exceptionType: 'IndexError' });
  });
});

describe('ImageCompositeMasked', () => {
  const place = { x: 0, y: 0, resize_source: false };

  it('lays a picture on another without a mask', async () => {
    const [laid] = await execute('ImageCompositeMasked', {
      destination: SIX,
      source: grey(1, 99),
      ...place,
      x: 1,
    });
    expect(shown(laid).grey).toEqual([1, 99, 3, 4, 5, 6]);
  });

  it('scales the picture to the other and the mask to the picture', async () => {
    const mask = { data: new Uint8Array([255]), width: 1, height: 1 };
    const inputs = { destination: SIX, source: grey(1, 99), mask, ...place, resize_source: true };
    const [laid] = await execute('ImageCompositeMasked', inputs);
    expect(shown(laid).grey).toEqual([99, 99, 99, 99, 99, 99]);
  });
});

describe('numbers and texts', () => {
  it('can be linked', async () => {
    expect(await execute('GetImageSize', { image: SIX })).toEqual([3, 2, 1]);
    expect(await execute('PrimitiveInt', { value: 7 })).toEqual([7]);
    expect(await execute('PrimitiveFloat', { value: 0.5 })).toEqual([0.5]);
    expect(await execute('PrimitiveString', { value: 'a' })).toEqual(['a']);
  });
});

describe.each([
  ['Morphology', { operation: 'open', kernel_size: 9 }],
  ['ImageBlur', { blur_radius: 5, sigma: 1 }],
  ['ImageSharpen', { sharpen_radius: 5, sigma: 1, alpha: 0.1 }],
])('%s of a large picture', (className, inputs) => {
  const image = { data: new Uint8Array(3000 * 2000 * 3).fill(9), width: 3000, height: 2000 };

  it('tells how far it is, and stops when it is interrupted', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const onProgress = (value: number) => {
      told.push(value);
      if (told.length === 3) controller.abort(new Error('interrupted'));
    };
    const attempt = execute(
      className,
      { image, ...inputs },
      runOf({ signal: controller.signal, onProgress }),
    );
    await expect(attempt).rejects.toThrow('interrupted');
    expect(told).toHaveLength(3);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told[2]).toBeLessThan(100);
  });
});
