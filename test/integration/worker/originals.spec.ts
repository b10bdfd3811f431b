import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
    // As models that work in multiples of 32 do, it gives another size back, with its graph in the file.
    const result = await sharp({ create: { width: 32, height: 32, channels: 3, background: 'orange' } })
      .withExif({ IFD0: { ImageDescription: 'prompt' } })
      .png()
      .toBuffer();
    comfy.files.set('result.png', result);
    comfy.script = async (prompt) => {
      prompt.start();
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

  it('that is damaged fails once, is seen by no engine, and leaves nothing behind', async () => {
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
      'photo_repair.retry.1s': 0,
      'photo_repair.parking': 1,
    });
    await vhost.take('photo_repair.parking');
    await worker.stop();
    const left = (await readdir(tmpdir())).filter((name) => name.includes(`.${process.pid}.`));
    expect(left.filter((name) => name.startsWith('photo-repair-worker.'))).toEqual([]);
  });
});

/** The types of a PNG's chunks (PNG specification, 5.3). */
function chunksOf(png: Buffer): string[] {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    types.push(png.toString('latin1', at + 4, at + 8));
  return types;
}
