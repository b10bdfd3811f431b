import type { RgbImage } from '../colour/colouriser.js';
import { NodeFailure } from './node-failure.js';
import type { InputSpec, NodeRun } from './node.js';
import { progressOf } from './run-sliced.js';

/** The checkpoints of kijai/ComfyUI-DDColor, in its order. */
export const CHECKPOINTS = [
  'ddcolor_paper_tiny.pth',
  'ddcolor_paper.pth',
  'ddcolor_modelscope.pth',
  'ddcolor_artistic.pth',
] as const;

/** The size input of the DDColor nodes, with the limits of the real ones. */
export const SIZE_INPUT: InputSpec = {
  type: 'INT',
  settings: {
    default: 512,
    min: 32,
    max: 4096,
    step: 32,
    tooltip:
      'Side of the square that the model looks at. Other than multiples of 32 pass validation and then fail.',
  },
};

/** The checkpoint input. This engine colours with the one method it was started with, whatever is chosen. */
export function checkpointInput(choices: readonly string[]): InputSpec {
  return {
    type: 'COMBO',
    choices: async () => choices,
    settings: {
      default: choices[0],
      tooltip:
        'Taken for compatibility. The built-in engine has one colouring method and uses it for all of these.',
    },
  };
}

/**
 * What the DDColor nodes do.
 *
 * A size that is no multiple of 32 fails here, at run time, with the error of the real network, and is not
 * rounded: a workflow that only works on the built-in engine would fail on the first real server it meets.
 * Rounding is for whoever fills in the workflow.
 */
export async function colourise(image: RgbImage, size: number, run: NodeRun): Promise<RgbImage> {
  if (size % 32 !== 0) throw mismatchOf(size);
  return run.colouriser.colourise(image, { size, signal: run.signal, onProgress: progressOf(run) });
}

/** The network halves the side five times and doubles it back; the first level that then differs is named. */
function mismatchOf(size: number): NodeFailure {
  const levels = [16, 8, 4].map(
    (divisor) => [2 * Math.floor(size / (2 * divisor)), Math.floor(size / divisor)] as const,
  );
  const [expected, got] = levels.find(([doubled, side]) => doubled !== side) ?? [
    4 * Math.floor(size / 4),
    size,
  ];
  return new NodeFailure(
    'RuntimeError',
    'Sizes of tensors must match except in dimension 1. ' +
      `Expected size ${expected} but got size ${got} for tensor number 1 in the list.`,
  );
}
