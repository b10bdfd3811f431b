import { access } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { ColourModelError } from './colour-model.errors.js';
import type { Colouriser, ColouriseOptions, RgbImage } from './colouriser.js';
import { type ColourTensor, greyTensor, paintTensor } from './ddcolor-pipeline.js';
import { runInSlices } from './time-slices.js';

type OnnxRuntime = typeof import('onnxruntime-node');

/** DDColor halves its picture five times, so a free size must be a multiple of this. */
const SIZE_STEP = 32;

/** What the model says about its one input; a side is undefined where the model takes any size. */
interface ModelShape {
  input: string;
  output: string;
  width: number | undefined;
  height: number | undefined;
}

/** Opens a DDColor export: one float input `[1,3,H,W]` (0 to 1), one float output `[1,2,H,W]` (a*, b*). */
export async function openDdcolor(onnxPath: string): Promise<Colouriser> {
  await access(onnxPath).catch((cause: unknown) => {
    throw new ColourModelError(`The colouring model ${onnxPath} cannot be read.`, { cause });
  });
  const runtime = await loadRuntime();
  const session = await runtime.InferenceSession.create(onnxPath).catch((cause: unknown) => {
    throw new ColourModelError(`The file ${onnxPath} is not an ONNX model that this engine can run.`, {
      cause,
    });
  });
  try {
    return new DdcolorColouriser(runtime, session, shapeOf(session, onnxPath));
  } catch (error) {
    await session.release();
    throw error;
  }
}

async function loadRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    throw new ColourModelError(
      'A colouring model is set, but the optional package onnxruntime-node is not installed or does not run here.',
      { cause },
    );
  }
}

function shapeOf(session: InferenceSession, onnxPath: string): ModelShape {
  const [input] = session.inputMetadata;
  const [output] = session.outputMetadata;
  const refuse = (what: string): never => {
    throw new ColourModelError(
      `The model ${onnxPath} does not look like DDColor: ${what}; expected float32 [1,3,H,W] in and [1,2,H,W] out.`,
    );
  };
  if (session.inputNames.length !== 1 || session.outputNames.length !== 1 || !input || !output) {
    return refuse(`it has ${session.inputNames.length} inputs and ${session.outputNames.length} outputs`);
  }
  if (!input.isTensor || !output.isTensor) return refuse('its input or output is not a tensor');
  if (input.type !== 'float32' || output.type !== 'float32')
    return refuse(`it takes ${input.type} and gives ${output.type}`);
  if (!fits(input.shape, 3)) return refuse(`its input is [${input.shape.join(',')}]`);
  if (!fits(output.shape, 2)) return refuse(`its output is [${output.shape.join(',')}]`);
  const side = (value: number | string | undefined): number | undefined =>
    typeof value === 'number' && value > 0 ? value : undefined;
  return {
    input: input.name,
    output: output.name,
    height: side(input.shape[2]),
    width: side(input.shape[3]),
  };
}

function fits(shape: readonly (number | string)[], channels: number): boolean {
  const [batch, found] = shape;
  const free = (value: number | string | undefined): boolean =>
    typeof value === 'string' || Number(value) <= 0;
  return shape.length === 4 && (batch === 1 || free(batch)) && (found === channels || free(found));
}

class DdcolorColouriser implements Colouriser {
  readonly colouring = 'ddcolor-onnx';

  constructor(
    private readonly runtime: OnnxRuntime,
    private readonly session: InferenceSession,
    private readonly shape: ModelShape,
  ) {}

  /** A model of fixed size ignores `size`. The model itself runs to its end once begun: ONNX offers no way to stop it. */
  async colourise(image: RgbImage, { size, signal, onProgress }: ColouriseOptions): Promise<RgbImage> {
    const free = Math.max(SIZE_STEP, Math.round(size / SIZE_STEP) * SIZE_STEP);
    const [width, height] = [this.shape.width ?? free, this.shape.height ?? free];
    const grey = await runInSlices(greyTensor(image, width, height), signal, (done) =>
      onProgress(done * 0.05),
    );
    const colours = await this.runModel(grey, width, height);
    signal.throwIfAborted();
    return runInSlices(paintTensor(image, colours), signal, (done) => onProgress(0.9 + done * 0.1));
  }

  async close(): Promise<void> {
    await this.session.release();
  }

  private async runModel(grey: Float32Array, width: number, height: number): Promise<ColourTensor> {
    const input = new this.runtime.Tensor('float32', grey, [1, 3, height, width]);
    const results = await this.session.run({ [this.shape.input]: input });
    const output = results[this.shape.output];
    if (!output || !(output.data instanceof Float32Array) || output.dims[1] !== 2) {
      throw new ColourModelError('The colouring model gave something that is not a pair of colour planes.');
    }
    return { data: output.data, height: output.dims[2]!, width: output.dims[3]! };
  }
}
