import { ddcolorColorize, dDdcolor } from './ddcolor-colorize.node.js';
import { ddcolorDdcolorize } from './ddcolor-ddcolorize.node.js';
import { emptyImage } from './empty-image.node.js';
import { getImageSize } from './get-image-size.node.js';
import { growMask } from './grow-mask.node.js';
import { imageBlend } from './image-blend.node.js';
import { imageBlur } from './image-blur.node.js';
import { imageCompositeMasked } from './image-composite-masked.node.js';
import { imageCrop } from './image-crop.node.js';
import { imageFlip } from './image-flip.node.js';
import { imageInvert } from './image-invert.node.js';
import { imageRotate } from './image-rotate.node.js';
import { imageScaleBy } from './image-scale-by.node.js';
import { imageScaleToMaxDimension } from './image-scale-to-max-dimension.node.js';
import { imageScaleToTotalPixels } from './image-scale-to-total-pixels.node.js';
import { imageScale } from './image-scale.node.js';
import { imageSharpen } from './image-sharpen.node.js';
import { imageToMask } from './image-to-mask.node.js';
import { invertMask } from './invert-mask.node.js';
import { loadImage } from './load-image.node.js';
import { maskToImage } from './mask-to-image.node.js';
import { morphology } from './morphology.node.js';
import type { NodeDefinition } from './node.js';
import { previewImage } from './preview-image.node.js';
import { primitiveFloat, primitiveInt, primitiveString } from './primitives.node.js';
import { saveImage } from './save-image.node.js';
import { thresholdMask } from './threshold-mask.node.js';

const BUILT_IN = [
  loadImage,
  saveImage,
  previewImage,
  imageScale,
  imageScaleBy,
  imageScaleToTotalPixels,
  imageScaleToMaxDimension,
  imageCrop,
  imageFlip,
  imageRotate,
  imageInvert,
  imageBlur,
  imageSharpen,
  imageBlend,
  imageCompositeMasked,
  morphology,
  emptyImage,
  getImageSize,
  imageToMask,
  maskToImage,
  invertMask,
  thresholdMask,
  growMask,
  primitiveInt,
  primitiveFloat,
  primitiveString,
  ddcolorColorize,
  dDdcolor,
  ddcolorDdcolorize,
];

/** Class name -> node class. */
export type NodeRegistry = ReadonlyMap<string, NodeDefinition>;

/** The node classes of an engine: the built-in ones and `extra`, which win where names are equal. */
export function createNodeRegistry(extra: readonly NodeDefinition[] = []): NodeRegistry {
  return new Map([...BUILT_IN, ...extra].map((node) => [node.className, node]));
}
