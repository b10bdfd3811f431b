/** The DDColor model named by ENGINE_DDCOLOR_ONNX cannot be used; the message says why and is fit for an operator. */
export class ColourModelError extends Error {
  override readonly name = 'ColourModelError';
}
