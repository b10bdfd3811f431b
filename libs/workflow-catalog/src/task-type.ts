import { TaskFailure, type ParameterValues, type TaskTypeView } from '@app/contracts';
import { adaptToEngine, type EngineNodes } from './adapt-to-engine.js';
import type { BoundParameter } from './bound-parameter.js';
import { nodesOfClass } from './graph-checks.js';
import { modelFiles } from './model-files.js';
import { resolveParameters, type ResolvedParameters } from './resolve-parameters.js';
import { resultFacts, type ResultFacts } from './result-facts.js';
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
  /** What the engine has; with it the graph is adapted to it (`adaptToEngine`), without it is left as it is. */
  engine?: EngineNodes | undefined;
}

/** What a task type is made of. */
export interface TaskTypeParts {
  view: TaskTypeView;
  workflowFile: string;
  aliases: readonly string[];
  inputNodeId: string;
  outputNodeId: string;
  graph: WorkflowGraph;
  parameters: readonly BoundParameter[];
  runTimeoutMs: number | null;
  /** What the side file says instead of what the workflow's inputs say. */
  models: readonly string[] | undefined;
  /** What the side file says instead of what the workflow's nodes say. */
  result: Partial<ResultFacts>;
}

const OUTPUT_PREFIX = /^[A-Za-z0-9][A-Za-z0-9_-]*([./][A-Za-z0-9_-]+)*$/;

/** One kind of work, from one workflow file: what people may choose, and the graph for the engine. Never changes. */
export class TaskType {
  /** As the API, the CLI and the page show it. */
  readonly view: TaskTypeView;
  /** Every parameter's value when nothing is chosen. */
  readonly defaults: ParameterValues;
  /** The file's name in the workflow folder. */
  readonly workflowFile: string;
  /** Other names by which programs ask for it. */
  readonly aliases: readonly string[];
  /** The LoadImage node that takes the photo. */
  readonly inputNodeId: string;
  /** The SaveImage node whose images are the result. */
  readonly outputNodeId: string;
  /** How long one run may take; null where the worker's own limit holds. */
  readonly runTimeoutMs: number | null;
  /** The workflow as it is in the file. Not to be changed: `fill` gives a copy. */
  readonly graph: WorkflowGraph;
  /** Its parameters with the inputs that they set. */
  readonly parameters: readonly BoundParameter[];
  /** What can be said of every result, whatever the parameters are. */
  readonly result: ResultFacts;

  /** Made by the catalog, which has checked that all of it fits together. */
  constructor(private readonly parts: TaskTypeParts) {
    this.view = parts.view;
    this.workflowFile = parts.workflowFile;
    this.aliases = parts.aliases;
    this.inputNodeId = parts.inputNodeId;
    this.outputNodeId = parts.outputNodeId;
    this.runTimeoutMs = parts.runTimeoutMs;
    this.graph = parts.graph;
    this.parameters = parts.parameters;
    this.defaults = Object.fromEntries(parts.parameters.map(({ spec }) => [spec.name, spec.default]));
    const open = structuredClone(parts.graph);
    for (const { nodeId, input } of parts.parameters) nodeOf(open, nodeId).inputs[input] = null;
    this.result = { ...resultFacts(open, this.inputNodeId, this.outputNodeId), ...parts.result };
  }

  /**
   * Checks what somebody chose. `ok: true` gives a value for every parameter, defaults filled in, numbers moved
   * to the nearest multiple inside their limits (`snapped` says which), choices by their own spelling and without their
   * suffix. `ok: false` gives every problem (20 at most). Numbers as text, NaN, arrays, objects and unknown names are
   * problems.
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
    if (request.imageName === '') throw new TypeError('The image has no name');
    if (!OUTPUT_PREFIX.test(request.outputPrefix))
      throw new TypeError('The output prefix has unusual characters');
    const graph = this.graphWith(request.parameters);
    nodeOf(graph, this.inputNodeId).inputs['image'] = request.imageName;
    for (const id of nodesOfClass(graph, 'SaveImage')) {
      const suffix = id === this.outputNodeId ? '' : `-${id.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
      nodeOf(graph, id).inputs['filename_prefix'] = request.outputPrefix + suffix;
    }
    return request.engine === undefined ? graph : adaptToEngine(graph, request.engine);
  }

  /** What can be said of the result of a task with these parameters. Throws as `fill` does. */
  resultOf(parameters: unknown): ResultFacts {
    const facts = resultFacts(this.graphWith(parameters), this.inputNodeId, this.outputNodeId);
    return { ...facts, ...this.parts.result };
  }

  /** The model files that a task with these parameters needs, as the workflow spells them. Throws as `fill` does. */
  modelsFor(parameters: unknown): readonly string[] {
    return this.parts.models ?? modelFiles(this.graphWith(parameters));
  }

  /** Whether both do the same under the same names. */
  isSameAs(other: TaskType): boolean {
    return JSON.stringify(this.parts) === JSON.stringify(other.parts);
  }

  private graphWith(parameters: unknown): WorkflowGraph {
    const resolved = this.resolveParameters(parameters);
    if (!resolved.ok) {
      throw new TaskFailure('malformed_message', resolved.problems.map(({ message }) => message).join(' '));
    }
    const graph = structuredClone(this.graph);
    for (const { spec, nodeId, input, suffix, isNumeric } of this.parameters) {
      const value = resolved.values[spec.name] ?? spec.default;
      nodeOf(graph, nodeId).inputs[input] =
        typeof value !== 'string' ? value : isNumeric ? Number(value) : value + suffix;
    }
    return graph;
  }
}

function nodeOf(graph: WorkflowGraph, id: string): WorkflowNode {
  const node = graph[id];
  if (!node) throw new TypeError(`The workflow has no node ${id}`);
  return node;
}
