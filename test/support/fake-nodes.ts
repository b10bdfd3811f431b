const MODELS = [
  'ddcolor_paper_tiny.pth',
  'ddcolor_paper.pth',
  'ddcolor_modelscope.pth',
  'ddcolor_artistic.pth',
];

/** The node classes of a ComfyUI with the DDColor nodes, as far as GET /object_info says what is needed of them. */
export function ddcolorNodes(models: readonly string[] = MODELS): Record<string, object> {
  return {
    LoadImage: node({ image: [['input.png'], { image_upload: true }] }, ['IMAGE', 'MASK']),
    SaveImage: node({ images: ['IMAGE'], filename_prefix: ['STRING', { default: 'ComfyUI' }] }, []),
    PreviewImage: node({ images: ['IMAGE'] }, []),
    DDColor_Colorize: node(
      {
        image: ['IMAGE'],
        model_input_size: ['INT', { default: 512, min: 32, max: 4096, step: 32 }],
        checkpoint: [models],
      },
      ['IMAGE'],
    ),
  };
}

function node(required: Record<string, unknown[]>, output: string[]): object {
  return { input: { required }, output };
}
