import { z } from 'zod';

const headerSchema = z.object({
  layers: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['relu', 'linear']),
      in: z.int().positive(),
      out: z.int().positive(),
      kernel: z.union([z.literal(1), z.literal(3)]),
      stride: z.union([z.literal(1), z.literal(2)]),
    }),
  ),
  bins: z.array(z.tuple([z.number(), z.number()])),
});

/** One convolution or full connection; `weights` lie output by output, then input by input, then row by row. */
export interface Layer {
  relu: boolean;
  inputs: number;
  outputs: number;
  kernel: 1 | 3;
  stride: 1 | 2;
  bias: Float32Array;
  weights: Float32Array;
}

export interface ColourWeights {
  layers: Map<string, Layer>;
  /** The a*, b* colour that each output of the last layer stands for. */
  bins: readonly (readonly [number, number])[];
}

/**
 * Reads what bench/colour/train/train.py wrote: the length of a JSON header, the header, then for each layer
 * one scale and one bias per output as float32 and the weights as signed bytes.
 */
export function decodeColourWeights(base64: string): ColourWeights {
  const file = Buffer.from(base64, 'base64');
  const headerBytes = file.readUInt32LE(0);
  const header = headerSchema.parse(JSON.parse(file.toString('utf8', 4, 4 + headerBytes)));
  let at = 4 + headerBytes;
  const layers = new Map<string, Layer>();
  for (const { name, kind, in: inputs, out: outputs, kernel, stride } of header.layers) {
    const perOutput = inputs * kernel * kernel;
    const scales = readFloats(file, at, outputs);
    const bias = readFloats(file, at + outputs * 4, outputs);
    at += outputs * 8;
    const weights = Float32Array.from(
      { length: outputs * perOutput },
      (_, i) => file.readInt8(at + i) * scales[Math.floor(i / perOutput)]!,
    );
    at += outputs * perOutput;
    layers.set(name, { relu: kind === 'relu', inputs, outputs, kernel, stride, bias, weights });
  }
  return { layers, bins: header.bins };
}

function readFloats(file: Buffer, at: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => file.readFloatLE(at + i * 4));
}
