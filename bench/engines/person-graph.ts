/** What colours a person's photo, as `workflows/` has it: both drivers have it run. */
export const GRAPH = {
  '11': { class_type: 'LoadImage', inputs: { image: 'input.png' } },
  '6': {
    class_type: 'DDColor_Colorize',
    inputs: { image: ['11', 0], model_input_size: 512, checkpoint: 'ddcolor_modelscope.pth' },
  },
  '12': { class_type: 'SaveImage', inputs: { images: ['6', 0], filename_prefix: 'ddcolor' } },
};
