import type { RgbImage } from '../colour/colouriser.js';
import type { Mask } from '../images/mask.js';

/** The inputs of one node as it runs: links are followed, values have the type of their spec (validation saw to it). */
export class NodeInputs {
  constructor(private readonly values: ReadonlyMap<string, unknown>) {}

  image(name: string): RgbImage {
    return this.values.get(name) as RgbImage;
  }

  mask(name: string): Mask {
    return this.values.get(name) as Mask;
  }

  /** Undefined if an optional mask was left out. */
  optionalMask(name: string): Mask | undefined {
    return this.values.get(name) as Mask | undefined;
  }

  flag(name: string): boolean {
    return this.values.get(name) as boolean;
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
  const { data, width, height } = value as Partial<RgbImage>;
  if (data === undefined || width === undefined || height === undefined) return typeof value;
  return `${data.length === width * height ? 'MASK' : 'IMAGE'} ${width}x${height}`;
}
