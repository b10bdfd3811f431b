import { describe, expect, it } from 'vitest';
import { decodeColourWeights } from './colour-weights.js';

function file(header: object, ...body: Buffer[]): string {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, ...body]).toString('base64');
}

const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const layer = { name: 'head', kind: 'linear', in: 2, out: 2, kernel: 1, stride: 1 };

describe('the weights file', () => {
  it('scales the bytes of each output', () => {
    const body = [floats(0.5, 2), floats(1, -1), Buffer.from(Int8Array.of(2, -4, 3, 127).buffer)];
    const { layers, bins } = decodeColourWeights(file({ layers: [layer], bins: [[-12, 24]] }, ...body));
    const head = layers.get('head');
    expect([...head!.weights]).toEqual([1, -2, 6, 254]);
    expect([...head!.bias]).toEqual([1, -1]);
    expect(bins).toEqual([[-12, 24]]);
  });

  it('refuses a header that it does not know and a body that is cut short', () => {
    expect(() => decodeColourWeights(file({ layers: [{ ...layer, kernel: 5 }], bins: [] }))).toThrow(
      'kernel',
    );
    expect(() => decodeColourWeights(file({ layers: [layer], bins: [] }, floats(1, 1)))).toThrow(RangeError);
  });
});
