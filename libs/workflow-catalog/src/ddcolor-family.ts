/** What a class of the DDColor family calls its inputs. */
export interface DdcolorInputs {
  size: string;
  model: string;
}

/**
 * The node classes that run DDColor, the most common first: ComfyUI-DDColor by kijai, ComfyUI_DDColor by hay86, and the
 * spelling of articles, which no published node pack has. All take `image` and give one picture of the same size.
 */
export const DDCOLOR_CLASSES: ReadonlyMap<string, DdcolorInputs> = new Map([
  ['DDColor_Colorize', { size: 'model_input_size', model: 'checkpoint' }],
  ['D_DDColor', { size: 'model_input_size', model: 'checkpoint' }],
  ['DDColor-DDColorize', { size: 'size', model: 'model' }],
]);

/** The network works on squares whose side is a multiple of this; other sizes fail while it runs. */
export const DDCOLOR_STEP = 32;

/** The ending of the files that hold the weights. */
export const DDCOLOR_SUFFIX = '.pth';

/** The published weights, without their ending. */
export const DDCOLOR_MODELS: readonly string[] = [
  'ddcolor_modelscope',
  'ddcolor_artistic',
  'ddcolor_paper',
  'ddcolor_paper_tiny',
];

/** What programs call the weights otherwise. The paper's model is the one that was trained on ImageNet. */
export const DDCOLOR_ALIASES: Readonly<Record<string, string>> = {
  'ddcolor-imagenet': 'ddcolor_paper',
  ddcolor_imagenet: 'ddcolor_paper',
  'ddcolor-paper': 'ddcolor_paper',
  'ddcolor-paper-tiny': 'ddcolor_paper_tiny',
  'ddcolor-tiny': 'ddcolor_paper_tiny',
  ddcolor_tiny: 'ddcolor_paper_tiny',
  'ddcolor-modelscope': 'ddcolor_modelscope',
  'ddcolor-artistic': 'ddcolor_artistic',
};

/** The name of the weights without ending and by their published spelling; an unknown name only loses its ending. */
export function ddcolorModel(name: string): string {
  const bare = name.endsWith(DDCOLOR_SUFFIX) ? name.slice(0, -DDCOLOR_SUFFIX.length) : name;
  return Object.hasOwn(DDCOLOR_ALIASES, bare) ? DDCOLOR_ALIASES[bare]! : bare;
}
