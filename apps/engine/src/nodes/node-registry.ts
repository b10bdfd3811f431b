import { ddcolorColorize, dDdcolor } from './ddcolor-colorize.node.js';
import { ddcolorDdcolorize } from './ddcolor-ddcolorize.node.js';
import { imageInvert } from './image-invert.node.js';
import { imageScaleBy } from './image-scale-by.node.js';
import { imageScale } from './image-scale.node.js';
import { loadImage } from './load-image.node.js';
import type { NodeDefinition } from './node.js';
import { previewImage } from './preview-image.node.js';
import { saveImage } from './save-image.node.js';

const BUILT_IN = [
  loadImage,
  saveImage,
  previewImage,
  imageScale,
  imageScaleBy,
  imageInvert,
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
