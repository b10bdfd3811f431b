import type { ComfyGraph } from '@app/comfyui';
import { startEngine } from './engine.js';
import { testEnv } from './env.js';

/** A server that the protocol contract is checked on. */
export interface ComfyTarget {
  url: string;
  /** Newer real servers may send members that the recordings have not. The built-in engine has to be exact. */
  allowExtra: boolean;
  /** A prompt that runs until it is interrupted, or `finishSlow` is called, or long enough to be interrupted. */
  slowGraph(image: string, prefix: string): ComfyGraph;
  /** The node that `slowGraph` spends its time in first. */
  slowNode: string;
  finishSlow(): void;
  stop(): Promise<void>;
}

/**
 * What to run the contract on: the built-in engine always, and the server of COMFYUI_URL where one is named:
 * `COMFYUI_URL=http://127.0.0.1:8188 npx vitest run --project integration test/contract`.
 *
 * Such a server keeps what the contract leaves there: uploads and results, each under a new UUID, and a `basic.png` in
 * its input folder where it had none. It loses its node cache (`/free`), and history entries of the contract's own.
 * Calls that would hit prompts of others are not made while there are any (`expectNoOthers`).
 */
export function comfyTargets(): { name: string; start: () => Promise<ComfyTarget> }[] {
  const { COMFYUI_URL: url } = testEnv();
  const builtIn = { name: 'the built-in engine', start: startBuiltIn };
  return url === undefined
    ? [builtIn]
    : [builtIn, { name: 'a real server', start: async () => realServer(url) }];
}

/** LoadImage -> ImageInvert -> ImageScale -> SaveImage, the graph of the recordings. */
export function basicGraph(image: string, prefix: string): ComfyGraph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image } },
    '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
    '3': {
      class_type: 'ImageScale',
      inputs: { image: ['2', 0], upscale_method: 'lanczos', width: 128, height: 96, crop: 'disabled' },
    },
    '4': {
      class_type: 'SaveImage',
      inputs: { images: ['3', 0], filename_prefix: prefix },
      _meta: { title: 'Save Image' },
    },
  };
}

/** LoadImage -> DDColor_Colorize -> SaveImage. */
export function colouringGraph(image: string, prefix: string, size = 512): ComfyGraph {
  return {
    '1': { class_type: 'LoadImage', inputs: { image } },
    '2': {
      class_type: 'DDColor_Colorize',
      inputs: { image: ['1', 0], model_input_size: size, checkpoint: 'ddcolor_paper_tiny.pth' },
    },
    '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: prefix } },
  };
}

async function startBuiltIn(): Promise<ComfyTarget> {
  const engine = await startEngine();
  return {
    url: engine.url,
    allowExtra: false,
    slowGraph: (image, prefix) => {
      engine.colouriser.hold();
      return colouringGraph(image, prefix);
    },
    slowNode: '2',
    finishSlow: () => engine.colouriser.release(),
    stop: () => engine.remove(),
  };
}

function realServer(url: string): ComfyTarget {
  return {
    url: url.replace(/\/$/, ''),
    allowExtra: true,
    slowGraph: scaleOften,
    slowNode: '2',
    finishSlow: () => {},
    stop: async () => {},
  };
}

/** About ten seconds on a CPU, with stock nodes: an interrupt takes effect between two of them. */
function scaleOften(image: string, prefix: string): ComfyGraph {
  const graph: ComfyGraph = { '1': { class_type: 'LoadImage', inputs: { image } } };
  const last = 13;
  for (let id = 2; id <= last; id++) {
    const side = id % 2 === 0 ? 6144 : 5120;
    const inputs = {
      image: [String(id - 1), 0] as [string, number],
      upscale_method: 'bicubic',
      crop: 'disabled',
    };
    graph[id] = { class_type: 'ImageScale', inputs: { ...inputs, width: side, height: side } };
  }
  graph['save'] = { class_type: 'SaveImage', inputs: { images: [String(last), 0], filename_prefix: prefix } };
  return graph;
}
