import type { RgbImage } from '../colour/colouriser.js';

/** The inputs of one node as it runs: links are followed, values have the type of their spec (validation saw to it). */
export class NodeInputs {
  constructor(private readonly values: ReadonlyMap<string, unknown>) {}

  image(name: string): RgbImage {
    return this.values.get(name) as RgbImage;
  }

  number(name: string): number {
    return this.values.get(name) as number;
  }

  text(name: string): string {
    return this.values.get(name) as string;
  }

  /** Every input as a short text, for `current_inputs` of an `execution_error`. Pictures only by their size. */
  describe(): Record<string, string[]> {
    return Object.fromEntries([...this.values].map(([name, value]) => [name, [describeValue(value)]]));
  }
}

function describeValue(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value);
  const { width, height } = value as Partial<RgbImage>;
  return width === undefined ? typeof value : `IMAGE ${width}x${height}`;
}
