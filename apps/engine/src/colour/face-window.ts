import type { FaceCascade, Stage } from './face-cascade.js';
import type { Plane } from './plane.js';

/** The cascade with each rectangle as four places in the sums of one picture, counted from the window's corner. */
interface CompiledStage {
  threshold: number;
  trees: { nodes: CompiledNode[]; leaves: Float32Array }[];
}

interface CompiledNode {
  left: number;
  right: number;
  threshold: number;
  corners: Int32Array;
  weights: Float32Array;
}

/** Below this standard deviation of lightness there is nothing to see in a window. */
const LEAST_CONTRAST = 2;

/** Asks the cascade about windows of one picture. */
export class FaceWindow {
  private readonly pitch: number;
  private readonly sums: Float64Array;
  private readonly squares: Float64Array;
  private readonly stages: CompiledStage[];
  private readonly contrast: Int32Array;
  private readonly area: number;

  constructor(picture: Plane, { window, stages }: FaceCascade) {
    this.pitch = picture.width + 1;
    this.sums = integrate(picture, (value) => value);
    this.squares = integrate(picture, (value) => value * value);
    this.stages = compile(stages, this.pitch);
    // the contrast is measured without the outermost pixels, as in OpenCV
    this.contrast = Int32Array.from(cornersOf(1, 1, window - 2, window - 2, this.pitch));
    this.area = (window - 2) ** 2;
  }

  isFaceAt(x: number, y: number): boolean {
    const at = y * this.pitch + x;
    const sum = sumOf(this.sums, at, this.contrast, 0);
    const spread = this.area * sumOf(this.squares, at, this.contrast, 0) - sum * sum;
    if (spread < (LEAST_CONTRAST * this.area) ** 2) return false;
    const norm = 1 / Math.sqrt(spread);
    for (const stage of this.stages) if (!passes(stage, this.sums, at, norm)) return false;
    return true;
  }
}

/** Sums over everything above and left of each pixel corner: any rectangle is then four look-ups. */
function integrate({ data, width, height }: Plane, of: (value: number) => number): Float64Array {
  const pitch = width + 1;
  const sums = new Float64Array(pitch * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += of(data[y * width + x]!);
      sums[(y + 1) * pitch + x + 1] = sums[y * pitch + x + 1]! + row;
    }
  }
  return sums;
}

function compile(stages: readonly Stage[], pitch: number): CompiledStage[] {
  return stages.map(({ threshold, trees }) => ({
    threshold,
    trees: trees.map(({ nodes, leaves }) => ({
      leaves,
      nodes: nodes.map(({ left, right, threshold, rectangles }) => ({
        left,
        right,
        threshold,
        corners: Int32Array.from(
          rectangles.flatMap(({ x, y, width, height }) => cornersOf(x, y, width, height, pitch)),
        ),
        weights: Float32Array.from(rectangles, ({ weight }) => weight),
      })),
    })),
  }));
}

function cornersOf(x: number, y: number, width: number, height: number, pitch: number): number[] {
  const top = y * pitch + x;
  const bottom = top + height * pitch;
  return [top, top + width, bottom, bottom + width];
}

function sumOf(sums: Float64Array, at: number, corners: Int32Array, i: number): number {
  return (
    sums[at + corners[i + 3]!]! -
    sums[at + corners[i + 2]!]! -
    sums[at + corners[i + 1]!]! +
    sums[at + corners[i]!]!
  );
}

function passes({ trees, threshold }: CompiledStage, sums: Float64Array, at: number, norm: number): boolean {
  let score = 0;
  for (const { nodes, leaves } of trees) {
    let next = 0;
    do {
      const node = nodes[next]!;
      let value = 0;
      for (let i = 0; i < node.weights.length; i++)
        value += node.weights[i]! * sumOf(sums, at, node.corners, i * 4);
      next = value * norm < node.threshold ? node.left : node.right;
    } while (next > 0);
    score += leaves[-next]!;
  }
  return score >= threshold;
}
