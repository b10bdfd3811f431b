import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { converter } from 'culori';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from './colouriser.js';
import { createColouriser } from './create-colouriser.js';

type Side = number | string;

const toLab = converter('lab65');
const toRgb = converter('rgb');

/** The tiny model's colours: a* = 6 r + 8 g + 10 b - 4, b* = 30 r - 10 g + 20 b + 2, r = g = b being the grey. */
const WEIGHTS = [6, 8, 10, 30, -10, 20];
const BIAS = [-4, 2];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ddcolor-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function modelFile(name: string, ...sides: Parameters<typeof onnxModel>): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, onnxModel(...sides));
  return file;
}

/** Left half dark, right half bright. */
function halves(width: number, height: number, left: number, right: number): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    Math.floor(i / 3) % width < width / 2 ? left : right,
  );
  return { data, width, height };
}

async function colourise(
  onnxPath: string,
  image: RgbImage,
  size: number,
  seen: number[] = [],
): Promise<RgbImage> {
  const colouriser = await createColouriser({ onnxPath });
  try {
    const signal = new AbortController().signal;
    return await colouriser.colourise(image, { size, signal, onProgress: (done) => seen.push(done) });
  } finally {
    await colouriser.close();
  }
}

/** What the pipeline must give for a large area of one grey, by another implementation of Lab. */
function expected(byte: number): number[] {
  const grey = byte / 255;
  const { l } = toLab({ mode: 'rgb', r: grey, g: grey, b: grey });
  const rgb = toRgb({ mode: 'lab65', l, a: 24 * grey - 4, b: 40 * grey + 2 });
  return [rgb.r, rgb.g, rgb.b].map((c) => Math.round(255 * Math.min(Math.max(c, 0), 1)));
}

function expectPixel(image: RgbImage, x: number, y: number, rgb: readonly number[]): void {
  const at = (y * image.width + x) * 3;
  for (let c = 0; c < 3; c++) expect(Math.abs(image.data[at + c]! - rgb[c]!)).toBeLessThanOrEqual(1);
}

describe('DDColor by ONNX', () => {
  it('uses the size of a fixed model and keeps the size of the picture', async () => {
    const file = await modelFile('fixed.onnx', 64, 64);
    const result = await colourise(file, halves(200, 50, 60, 190), 512);
    expect(result).toMatchObject({ width: 200, height: 50 });
    expectPixel(result, 10, 25, expected(60));
    expectPixel(result, 190, 40, expected(190));
  });

  it('snaps the wanted size to a multiple of 32 where the model is free', async () => {
    const file = await modelFile('free.onnx', 'height', 'width');
    const seen: number[] = [];
    const result = await colourise(file, halves(90, 60, 30, 220), 100, seen);
    expectPixel(result, 5, 5, expected(30));
    expectPixel(result, 85, 55, expected(220));
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(seen.at(-1)).toBe(1);
  });

  it("spreads colours between the model's pixels bilinearly", async () => {
    const file = await modelFile('coarse.onnx', 32, 32);
    // 320 pixels for 32 colours: between two colour centres lie nine steps
    const result = await colourise(file, halves(320, 32, 100, 200), 32);
    const reds = [155, 156, 157, 158, 159].map(
      (x) => result.data[(16 * 320 + x) * 3]! - result.data[(16 * 320 + x) * 3 + 2]!,
    );
    expect(reds).toEqual(reds.toSorted((one, other) => one - other));
    expect(new Set(reds).size).toBeGreaterThan(2);
  });

  it('ignores the tint of a sepia print', async () => {
    const file = await modelFile('sepia.onnx', 32, 32);
    const sepia = {
      data: Uint8Array.from({ length: 48 * 48 * 3 }, (_, i) => [150, 120, 80][i % 3]!),
      width: 48,
      height: 48,
    };
    const { l } = toLab({ mode: 'rgb', r: 150 / 255, g: 120 / 255, b: 80 / 255 });
    const grey = toRgb({ mode: 'lab65', l, a: 0, b: 0 }).g;
    const rgb = toRgb({ mode: 'lab65', l, a: 24 * grey - 4, b: 40 * grey + 2 });
    const result = await colourise(file, sepia, 32);
    expectPixel(
      result,
      20,
      20,
      [rgb.r, rgb.g, rgb.b].map((c) => Math.round(255 * c)),
    );
    expect(result).toMatchObject({ width: 48, height: 48 });
  });

  it('stops when aborted', async () => {
    const colouriser = await createColouriser({ onnxPath: await modelFile('abort.onnx', 32, 32) });
    const options = { size: 32, signal: AbortSignal.abort(new Error('interrupted')), onProgress: () => {} };
    await expect(colouriser.colourise(halves(32, 32, 0, 9), options)).rejects.toThrow('interrupted');
    await colouriser.close();
  });

  it('says in a sentence why a model cannot be used', async () => {
    const missing = path.join(folder, 'missing.onnx');
    await expect(createColouriser({ onnxPath: missing })).rejects.toThrow(
      `The colouring model ${missing} cannot be read.`,
    );
    const broken = path.join(folder, 'broken.onnx');
    await writeFile(broken, 'this is no model');
    await expect(createColouriser({ onnxPath: broken })).rejects.toThrow(
      'is not an ONNX model that this engine can run',
    );
    const other = await modelFile('other.onnx', 32, 32, 3);
    await expect(createColouriser({ onnxPath: other })).rejects.toThrow(
      'does not look like DDColor: its output is [1,3,32,32]; expected float32 [1,3,H,W] in and [1,2,H,W] out.',
    );
  });
});

/** An ONNX file (protobuf, written by hand) with one 1x1 convolution from `input` [1,3,H,W] to `output` [1,C,H,W]. */
function onnxModel(height: Side, width: Side, outputs = 2): Buffer {
  const weights = Array.from({ length: outputs * 3 }, (_, i) => WEIGHTS[i % WEIGHTS.length]!);
  const bias = Array.from({ length: outputs }, (_, i) => BIAS[i % BIAS.length]!);
  const node = message(
    text(1, 'input'),
    text(1, 'weights'),
    text(1, 'bias'),
    text(2, 'output'),
    text(4, 'Conv'),
  );
  const graph = message(
    bytes(1, node),
    text(2, 'tiny'),
    bytes(5, tensor('weights', [outputs, 3, 1, 1], weights)),
    bytes(5, tensor('bias', [outputs], bias)),
    bytes(11, valueInfo('input', [1, 3, height, width])),
    bytes(12, valueInfo('output', [1, outputs, height, width])),
  );
  // IR version 8 goes with operator set 17
  return message(number(1, 8), bytes(7, graph), bytes(8, message(text(1, ''), number(2, 17))));
}

function tensor(name: string, dims: number[], values: number[]): Buffer {
  const float32 = number(2, 1);
  return message(
    ...dims.map((dim) => number(1, dim)),
    float32,
    text(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  );
}

function valueInfo(name: string, dims: Side[]): Buffer {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? number(1, dim) : text(2, dim)));
  const tensorType = message(number(1, 1), bytes(2, message(...shape)));
  return message(text(1, name), bytes(2, bytes(1, tensorType)));
}

const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields);
const number = (field: number, value: number): Buffer => message(varint(field << 3), varint(value));
const bytes = (field: number, value: Buffer): Buffer =>
  message(varint((field << 3) | 2), varint(value.length), value);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));

function varint(value: number): Buffer {
  const out: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    out.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Buffer.from(out);
  }
}
