import type { ComfyGraph } from '@app/comfyui';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { ProbeSocket, ProtocolProbe } from '../../support/protocol-probe.js';

const [WIDTH, HEIGHT] = [40, 30];

/** Grey bars eight pixels wide, with a bright speck in one and a scratch along another. */
function barsWithDust(): { clean: Buffer; dusty: Buffer } {
  const clean = Buffer.alloc(WIDTH * HEIGHT);
  for (let at = 0; at < clean.length; at++) clean[at] = Math.floor((at % WIDTH) / 8) % 2 ? 120 : 80;
  const dusty = Buffer.from(clean);
  dusty[10 * WIDTH + 20] = 250;
  for (let y = 3; y < HEIGHT; y++) dusty[y * WIDTH + 3] = 230;
  return { clean, dusty };
}

const png = (grey: Buffer) =>
  sharp(grey, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .png()
    .toBuffer();

/** Every pixel that stands out by more than a tenth is taken from the opened picture, the others stay. */
const graphFor = (image: string): ComfyGraph => ({
  '1': { class_type: 'LoadImage', inputs: { image } },
  '2': { class_type: 'PrimitiveInt', inputs: { value: 5 } },
  '3': { class_type: 'Morphology', inputs: { image: ['1', 0], operation: 'open', kernel_size: ['2', 0] } },
  '4': { class_type: 'Morphology', inputs: { image: ['1', 0], operation: 'top_hat', kernel_size: ['2', 0] } },
  '5': { class_type: 'ImageToMask', inputs: { image: ['4', 0], channel: 'red' } },
  '6': { class_type: 'ThresholdMask', inputs: { mask: ['5', 0], value: 0.1 } },
  '7': { class_type: 'GrowMask', inputs: { mask: ['6', 0], expand: 1, tapered_corners: true } },
  '8': {
    class_type: 'ImageCompositeMasked',
    inputs: { destination: ['1', 0], source: ['3', 0], x: 0, y: 0, resize_source: false, mask: ['7', 0] },
  },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'mended' } },
  '10': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'as-it-was' } },
});

describe('a graph that mends dust', () => {
  let engine: TestEngine;
  let probe: ProtocolProbe;
  let socket: ProbeSocket;

  beforeAll(async () => {
    engine = await startEngine();
    probe = new ProtocolProbe(engine.url);
    socket = await ProbeSocket.open(engine.url);
  });
  afterAll(() => engine.remove());

  async function saved(name: string): Promise<Buffer> {
    const response = await fetch(`${engine.url}/view?filename=${name}_00001_.png`);
    return sharp(await response.arrayBuffer())
      .extractChannel(0)
      .raw()
      .toBuffer();
  }

  it('takes specks and scratches away, leaves the rest, and the loaded picture, as it was', async () => {
    const { clean, dusty } = barsWithDust();
    await probe.upload('dusty.png', await png(dusty));
    const { prompt_id: promptId } = await probe.submit(graphFor('dusty.png'), { client_id: socket.clientId });
    await socket.untilEnd(promptId);
    expect((await probe.history(promptId))?.status).toMatchObject({ status_str: 'success' });
    expect(await saved('mended')).toEqual(clean);
    expect(await saved('as-it-was')).toEqual(dusty);
  });
});
