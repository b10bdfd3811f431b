import { adaptToEngine } from './adapt-to-engine.js';
import type { CatalogProblem } from './catalog.errors.js';
import { checkEngineValue } from './check-engine-value.js';
import { DDCOLOR_CLASSES } from './ddcolor-family.js';
import { inputPointer, isLink } from './graph-checks.js';
import { jsonPointer } from './json-pointer.js';
import { readNodeInfo, type InputInfo, type NodeInfo } from './node-info.js';
import type { TaskType } from './task-type.js';
import type { WorkflowGraph, WorkflowInput } from './workflow-graph.js';

/** What `/object_info/{class}` says of each class; null for a class that the engine does not have. */
export type ObjectInfoByClass = ReadonlyMap<string, unknown>;

/**
 * The node classes to ask an engine about before `checkAgainstEngine`. For a DDColor node all of its family are among them:
 * one of them is enough.
 */
export function classesOf({ graph }: TaskType): string[] {
  const classes = new Set(Object.values(graph).map(({ class_type }) => class_type));
  if ([...classes].some((name) => DDCOLOR_CLASSES.has(name))) {
    for (const name of DDCOLOR_CLASSES.keys()) classes.add(name);
  }
  return [...classes];
}

/**
 * Everything for which this engine would refuse the type's workflow, adapted to it and with the default parameters: a
 * missing node class, a required input that is missing, a value that is not in the engine's list or out of its limits, a link
 * between different kinds. Inputs that the engine does not know are `ignoredByEngine`: it runs the workflow without them.
 * The names of pictures that LoadImage nodes name are not checked, nor whether model files are there beyond the engine's lists.
 */
export function checkAgainstEngine(taskType: TaskType, engine: ObjectInfoByClass): CatalogProblem[] {
  const graph = graphFor(taskType, engine);
  return Object.entries(graph).flatMap(([id, node]) => {
    const tell = tellOf(taskType.workflowFile);
    const info = readNodeInfo(engine.get(node.class_type));
    if (info === null) {
      const message =
        `the engine has no node class ${node.class_type}; install the node pack that has it, ` +
        'or replace the node in ComfyUI';
      return [tell(jsonPointer([id, 'class_type']), message)];
    }
    const missing = missingInputs(info, Object.keys(node.inputs)).map((name) =>
      tell(jsonPointer([id, 'inputs']), `${node.class_type} needs the input "${name}", which is missing`),
    );
    const wrong = Object.entries(node.inputs).flatMap(([name, value]) => {
      const input = info.inputs.get(name);
      const message = input && checkInput(graph, engine, input, value);
      return message ? [tell(inputPointer(id, name), message)] : [];
    });
    return [...missing, ...wrong];
  });
}

/**
 * What this engine would not refuse but silently do otherwise: inputs that it does not know, and choices or limits of
 * parameters that it does not take.
 */
export function ignoredByEngine(taskType: TaskType, engine: ObjectInfoByClass): CatalogProblem[] {
  const tell = tellOf(taskType.workflowFile);
  const unknown = Object.entries(graphFor(taskType, engine)).flatMap(([id, node]) => {
    const info = readNodeInfo(engine.get(node.class_type));
    return Object.entries(node.inputs).flatMap(([name, value]) => {
      if (info === null || info.inputs.has(name) || isWidget(node.class_type, name, value)) return [];
      const message = `${node.class_type} of the engine has no input "${name}" and ignores it`;
      return [tell(inputPointer(id, name), message)];
    });
  });
  const offered = taskType.parameters.flatMap(({ spec, nodeId }) => {
    const refused = (spec.kind === 'choice' ? spec.choices : []).filter((choice) =>
      checkChosen(taskType, engine, nodeId, { [spec.name]: choice }),
    );
    const limits = spec.kind === 'integer' || spec.kind === 'number' ? [spec.minimum, spec.maximum] : [];
    const beyond = limits.filter((limit) => checkChosen(taskType, engine, nodeId, { [spec.name]: limit }));
    return [...refused, ...beyond].map((value) =>
      tell('', `the parameter "${spec.name}" offers ${value}, which the engine does not take`),
    );
  });
  return [...unknown, ...offered];
}

function checkChosen(
  taskType: TaskType,
  engine: ObjectInfoByClass,
  nodeId: string,
  parameters: Record<string, unknown>,
): boolean {
  const filled = taskType.fill({ parameters, imageName: 'photo.png', outputPrefix: 'check', engine });
  const node = filled[nodeId]!;
  const info = readNodeInfo(engine.get(node.class_type));
  if (info === null) return false;
  const before = graphFor(taskType, engine)[nodeId]!;
  return Object.entries(node.inputs).some(([name, value]) => {
    const input = info.inputs.get(name);
    if (input === undefined || isLink(value) || value === before.inputs[name]) return false;
    return checkEngineValue(input, value) !== null;
  });
}

function graphFor(taskType: TaskType, engine: ObjectInfoByClass): WorkflowGraph {
  const { inputs = {} } = taskType.graph[taskType.inputNodeId] ?? {};
  const imageName =
    typeof inputs['image'] === 'string' && inputs['image'] !== '' ? inputs['image'] : 'photo.png';
  return adaptToEngine(taskType.fill({ parameters: {}, imageName, outputPrefix: 'check' }), engine);
}

function tellOf(file: string): (pointer: string, message: string) => CatalogProblem {
  return (pointer, message) => ({ file, pointer, message });
}

/** An input of a list may come as `images.image0`, `images.image1`. */
function missingInputs({ inputs }: NodeInfo, given: readonly string[]): string[] {
  return [...inputs]
    .filter(
      ([name, { isRequired }]) =>
        isRequired && !given.some((each) => each === name || each.startsWith(`${name}.`)),
    )
    .map(([name]) => name);
}

function checkInput(
  graph: WorkflowGraph,
  engine: ObjectInfoByClass,
  input: InputInfo,
  value: WorkflowInput,
): string | null {
  if (!isLink(value)) return checkEngineValue(input, value);
  const [id, slot] = value;
  const source = graph[id];
  const info = source && readNodeInfo(engine.get(source.class_type));
  if (!source || !info) return null;
  if (slot >= info.outputs.length) return `${source.class_type} (node ${id}) has no output ${slot}`;
  const given = info.outputs[slot];
  if (given === undefined || fits(given, input.type)) return null;
  return `takes ${input.type}, and output ${slot} of node ${id} (${source.class_type}) is ${given}`;
}

/** As ComfyUI compares them: `*` and its `COMFY_…` kinds take anything, and one of several kinds is enough. */
function fits(given: string, wanted: string): boolean {
  const [from, to] = [given, wanted].map((kinds) => kinds.split(',').map((kind) => kind.trim()));
  const isOpen = (kind: string): boolean => kind === '*' || kind.startsWith('COMFY_') || kind === 'COMBO';
  return from!.some((kind) => isOpen(kind) || to!.includes(kind)) || to!.some(isOpen);
}

/** What the editor keeps in a node for itself: buttons for uploads, comparers, inputs of a growing list. */
function isWidget(classType: string, name: string, value: WorkflowInput): boolean {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return true;
  return name.includes('.') || (classType.startsWith('LoadImage') && !isLink(value));
}
