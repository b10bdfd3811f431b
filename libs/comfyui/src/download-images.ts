import { setTimeout as sleep } from 'node:timers/promises';
import { TaskFailure } from '@app/contracts';
import { ComfyCallFailure } from './call-failure.errors.js';
import type { ComfyClient } from './comfy-client.js';
import type { FileRef, HistoryEntry } from './protocol.js';
import { imagesSchema } from './response-schemas.js';

/** One image of a result, as the engine saved it: PNGs carry the whole graph in their text chunks. */
export interface PromptImage {
  data: Buffer;
  /** The engine's name for it. */
  filename: string;
}

/** More or larger images than this fail the run with `unknown`; 16 and 256 MiB by default. */
export interface ImageLimits {
  maxImages: number;
  maxImageBytes: number;
}

/** A result is minutes of GPU work: worth asking for again. */
const TRIES = 3;

/** Downloads what one output node made (types `output` and `temp`; an `input` is not a result), in its order. */
export async function downloadImages(
  client: ComfyClient,
  entry: HistoryEntry,
  outputNodeId: string,
  limits: ImageLimits,
  signal?: AbortSignal,
): Promise<PromptImage[]> {
  const output = Object.hasOwn(entry.outputs, outputNodeId) ? entry.outputs[outputNodeId] : undefined;
  const parsed = imagesSchema.safeParse(output?.images ?? []);
  if (!parsed.success) throw new TaskFailure('unknown', `Node ${outputNodeId} gave no list of images`);
  const refs = parsed.data.filter(({ type }) => type !== 'input');
  if (refs.length === 0) {
    throw new TaskFailure('unknown', `The prompt succeeded, but node ${outputNodeId} made no image`);
  }
  if (refs.length > limits.maxImages) {
    throw new TaskFailure(
      'unknown',
      `Node ${outputNodeId} made ${refs.length} images; ${limits.maxImages} at most`,
    );
  }
  const images: PromptImage[] = [];
  for (const ref of refs) {
    images.push({ data: await download(client, ref, limits.maxImageBytes, signal), filename: ref.filename });
  }
  return images;
}

async function download(
  client: ComfyClient,
  ref: FileRef,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await downloadOnce(client, ref, maxBytes, signal);
    } catch (error) {
      const isWorthAnother = error instanceof ComfyCallFailure || error instanceof EmptyFile;
      if (!isWorthAnother || attempt === TRIES) throw error;
      await sleep(client.pace.downloadRetryMs, undefined, { ...(signal && { signal }) });
    }
  }
}

/** No bytes at all: a file that is still being written, or an answer that lost them. */
class EmptyFile extends TaskFailure {}

async function downloadOnce(
  client: ComfyClient,
  ref: FileRef,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  try {
    const data = await client.view(ref, maxBytes, signal);
    if (data === null)
      throw new TaskFailure('engine_lost_prompt', `The engine no longer has ${ref.filename}`);
    if (data.length === 0) throw new EmptyFile('unknown', `The engine's file ${ref.filename} is empty`);
    return data;
  } catch (error) {
    if (!(error instanceof ComfyCallFailure) || !error.call.tooLarge) throw error;
    throw new TaskFailure('unknown', `The result is larger than ${maxBytes} bytes`, { cause: error });
  }
}
