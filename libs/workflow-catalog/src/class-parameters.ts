import {
  DDCOLOR_CLASSES,
  DDCOLOR_MODELS,
  DDCOLOR_STEP,
  DDCOLOR_SUFFIX,
  ddcolorModel,
} from './ddcolor-family.js';
import type { DeclaredParameter } from './side-file.js';
import type { WorkflowGraph } from './workflow-graph.js';

const SMALLEST = 256;
const LARGEST = 2048;

/**
 * The parameters that a workflow has because of its node classes: `size` and `model` of its DDColor node. None where there
 * are several such nodes: nobody could say which is meant.
 */
export function classParameters(graph: WorkflowGraph): DeclaredParameter[] {
  const nodes = Object.entries(graph).filter(([, node]) => DDCOLOR_CLASSES.has(node.class_type));
  const [found] = nodes;
  if (found === undefined || nodes.length > 1) return [];
  const [id, node] = found;
  const inputs = DDCOLOR_CLASSES.get(node.class_type)!;
  const size = node.inputs[inputs.size];
  const model = node.inputs[inputs.model];
  const parameters: DeclaredParameter[] = [];
  if (typeof size === 'number') {
    parameters.push({
      kind: 'integer',
      name: 'size',
      title: { en: 'Working size (pixels)', 'zh-CN': '处理尺寸（像素）' },
      node: { id },
      input: inputs.size,
      minimum: Math.min(SMALLEST, size),
      maximum: Math.max(LARGEST, size),
      snapTo: DDCOLOR_STEP,
    });
  }
  if (typeof model === 'string' && DDCOLOR_MODELS.includes(ddcolorModel(model))) {
    parameters.push({
      kind: 'choice',
      name: 'model',
      title: { en: 'Model', 'zh-CN': '模型' },
      node: { id },
      input: inputs.model,
      choices: [...DDCOLOR_MODELS],
      suffix: model.endsWith(DDCOLOR_SUFFIX) ? DDCOLOR_SUFFIX : '',
      aliases: {},
      default: ddcolorModel(model),
    });
  }
  return parameters;
}
