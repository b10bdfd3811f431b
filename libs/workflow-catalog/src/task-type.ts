import { TaskFailure, type ParameterValues, type TaskTypeView } from '@app/contracts';
import type { BoundParameter } from './bind-parameters.js';
import { nodesOfClass } from './graph-checks.js';
import { resolveParameters, type ResolvedParameters } from './resolve-parameters.js';
import type { WorkflowGraph, WorkflowNode } from './workflow-graph.js';

/** What one task puts into the workflow. */
export interface FillRequest {
  /** The values of a task; checked again here, because a task message may come from another system. */
  parameters: unknown;
  /** What the engine calls the uploaded photo: `[subfolder/]name`. */
  imageName: string;
  /**
   * Where the result goes below the engine's output folder: `[subfolder/]name` of A-Z a-z 0-9 . _ -, unique per
   * task. Unique, because ComfyUI gives the cached result of an earlier task for a graph that differs in nothing.
   */
  outputPrefix: string;
}

const OUTPUT_PREFIX = /^[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*$/;

/** One kind of work, from one workflow file: what people may choose, and the graph for the engine. */
export class TaskType {
  /** Every parameter's value when nothing is chosen. */
  readonly defaults: ParameterValues;

  /** Made by `loadCatalog`, which has checked that all of it fits together. */
  constructor(
    /** As the API, the CLI and the page show it. */
    readonly view: TaskTypeView,
    /** The file's name in the workflow folder. */
    readonly workflowFile: string,
    /** The SaveImage node whose images are the result. */
    readonly outputNodeId: string,
    private readonly graph: WorkflowGraph,
    private readonly parameters: readonly BoundParameter[],
  ) {
    this.defaults = Object.fromEntries(parameters.map(({ spec }) => [spec.name, spec.default]));
  }

  /**
   * Checks what somebody chose. `ok: true` gives a value for every parameter, defaults filled in, integers moved
   * to the nearest multiple inside their limits (`snapped` says which), choices without their suffix. `ok: false`
   * gives every problem (20 at most). Numbers as text, NaN, arrays, objects and unknown names are problems.
   */
  resolveParameters(given: unknown): ResolvedParameters {
    return resolveParameters(this.parameters, given);
  }

  /**
   * The graph for one task: a copy with the photo's name, the parameters and a prefix of its own in every
   * SaveImage node. Pure. Throws a `TaskFailure` with `malformed_message` for parameters that do not resolve, and
   * a TypeError for an empty image name or an unusable prefix.
   */
  fill(request: FillRequest): WorkflowGraph {
    const resolved = this.resolveParameters(request.parameters);
    if (!resolved.ok) {
      throw new TaskFailure('malformed_message', resolved.problems.map(({ message }) => message).join(' '));
    }
    if (request.imageName === '') throw new TypeError('The image has no name');
    if (!OUTPUT_PREFIX.test(request.outputPrefix))
      throw new TypeError('The output prefix has unusual characters');
    const graph = structuredClone(this.graph);
    for (const id of nodesOfClass(graph, 'LoadImage')) nodeOf(graph, id).inputs['image'] = request.imageName;
    for (const id of nodesOfClass(graph, 'SaveImage')) {
      const suffix = id === this.outputNodeId ? '' : `-${id.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
      nodeOf(graph, id).inputs['filename_prefix'] = request.outputPrefix + suffix;
    }
    for (const { spec, nodeId, input, suffix } of this.parameters) {
      const value = resolved.values[spec.name] ?? spec.default;
      nodeOf(graph, nodeId).inputs[input] = typeof value === 'string' ? value + suffix : value;
    }
    return graph;
  }
}

function nodeOf(graph: WorkflowGraph, id: string): WorkflowNode {
  const node = graph[id];
  if (!node) throw new TypeError(`The workflow has no node ${id}`);
  return node;
}
