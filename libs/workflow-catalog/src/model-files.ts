import { DDCOLOR_CLASSES } from './ddcolor-family.js';
import type { WorkflowGraph } from './workflow-graph.js';

const MODEL_FILE = /\.(pth|pt|safetensors|ckpt|onnx|gguf|bin|sft)$/i;

/** The model files that a graph names in the inputs of its nodes, each once, in the order of the file. */
export function modelFiles(graph: WorkflowGraph): string[] {
  const names = Object.values(graph).flatMap(({ class_type, inputs }) =>
    Object.entries(inputs).flatMap(([name, value]) => {
      if (typeof value !== 'string') return [];
      return MODEL_FILE.test(value) || DDCOLOR_CLASSES.get(class_type)?.model === name ? [value] : [];
    }),
  );
  return [...new Set(names)];
}
