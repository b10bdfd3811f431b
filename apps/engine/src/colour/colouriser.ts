/** A picture as RGB bytes, row by row, no padding: `data.length === width * height * 3`. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** How one picture is to be coloured. */
export interface ColouriseOptions {
  /** Side of the square picture that the method looks at, in pixels; a multiple of 32. */
  size: number;
  /** Aborted when the prompt is interrupted: reject soon with the signal's reason. */
  signal: AbortSignal;
  /** Called now and then with a growing fraction, 0 to 1. */
  onProgress: (fraction: number) => void;
}

/**
 * A way to give a black-and-white picture its colours. The result has the width, the height
 * and the lightness of the picture that went in. One call runs at a time.
 */
export interface Colouriser {
  /** What kind of colours a user gets: `preview` is a quick guess, `ddcolor-onnx` the DDColor model. */
  readonly colouring: 'preview' | 'ddcolor-onnx';
  colourise(image: RgbImage, options: ColouriseOptions): Promise<RgbImage>;
  /** Lets go of the model's memory. The colouriser is not used afterwards. */
  close(): Promise<void>;
}
