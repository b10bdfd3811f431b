import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { withVhost } from '../../support/vhost.js';
import { bitmap, rotatedJpeg } from './originals.js';
import { WorkerApp } from './worker-app.js';

/** `pHYs` says that 72 pixels make an inch, which is said of every picture. */
const CHUNKS_OF_PIXELS = ['IHDR', 'pHYs', 'IDAT', 'IEND'];

describe('an original', () => {
  const vhost = withVhost();
  let comfy: FakeComfy;
  let worker: WorkerApp;

  beforeEach(async () => {
    comfy = await FakeComfy.start();
    comfy.device = gpu({});
    comfy.script = async (prompt) => {
      const sent = comfy.files.get((prompt.graph['11']!.inputs['image'] as string).replace(/^.*\//, ''));
      prompt.start();
      comfy.files.set('result.png', await coloured(sent!));
      prompt.output('12', 'result.png');
      await prompt.succeed();
    };
    worker = await WorkerApp.start(vhost, { COMFYUI_URLS: comfy.url });
  });
  afterEach(() => comfy.close());

  it.each([
    ['a photo that lies on its side', rotatedJpeg],
    ['a bitmap', () => Promise.resolve(bitmap())],
  ])('%s reaches the engine upright, as pixels only, and comes back in that size', async (_what, make) => {
    const original = await make();
    const { width, height } = original;
    const { taskId } = await worker.submit(original);
    const { result, gpu: device } = await worker.until(taskId, 'succeeded');
    const sent = comfy.files.get(`${taskId}.png`)!;
    expect(chunksOf(sent).filter((type) => !CHUNKS_OF_PIXELS.includes(type))).toEqual([]);
    const metadata = await sharp(sent).metadata();
    expect(metadata).toMatchObject({ format: 'png', width, height, channels: 3, space: 'srgb' });
    expect(sent.includes('somebody')).toBe(false);
    expect(result).toMatchObject({ width, height });
    const made = await worker.store.read(result.key);
    expect(await sharp(made).metadata()).toMatchObject({ format: 'png', width, height });
    expect(chunksOf(made).filter((type) => !CHUNKS_OF_PIXELS.includes(type))).toEqual([]);
    expect(device).toBe('NVIDIA');
    expect(await worker.until(taskId, 'started')).toMatchObject({ gpu: 'NVIDIA' });
  });

  it('keeps its left and right, its top and bottom', async () => {
    const { taskId } = await worker.submit(bitmap());
    await worker.until(taskId, 'succeeded');
    const pixels = await sharp(comfy.files.get(`${taskId}.png`))
      .raw()
      .toBuffer();
    expect([...pixels.subarray(0, 3), ...pixels.subarray(39 * 3, 40 * 3)]).toEqual([255, 0, 0, 0, 0, 255]);
  });

  it('that is damaged fails once and is seen by no engine', async () => {
    const original = await rotatedJpeg();
    const { taskId } = await worker.submit({ ...original, data: original.data.subarray(0, 400) });
    expect(await worker.until(taskId, 'failed')).toMatchObject({
      attempt: 1,
      failure: { code: 'bad_image' },
    });
    expect(worker.states.map(({ kind }) => kind)).toEqual(['started', 'failed']);
    expect(comfy.count('POST', /upload|prompt/)).toBe(0);
    await vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.retry_after.1s': 0,
      'photo_repair.parking': 1,
    });
    await vhost.take('photo_repair.parking');
    await worker.stop();
  });
});

/**
 * What an engine makes of a photo: colours, in the next multiples of 32 as some models have it, with its graph in the
 * file.
 */
async function coloured(photo: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(photo).metadata();
  const size = [width, height].map((side) => Math.round(side / 32) * 32) as [number, number];
  return sharp(photo)
    .resize(...size, { fit: 'fill' })
    .tint('orange')
    .withExif({ IFD0: { ImageDescription: 'prompt' } })
    .png()
    .toBuffer();
}

/** The types of a PNG's chunks (PNG specification, 5.3). */
function chunksOf(png: Buffer): string[] {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    types.push(png.toString('latin1', at + 4, at + 8));
  return types;
}
