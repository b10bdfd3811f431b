import type { ParameterSpec } from '@app/contracts';
import { isLink, nodesOfClass } from './graph-checks.js';
import { jsonPointer } from './json-pointer.js';
import type { DeclaredParameter } from './side-file.js';
import { snapInteger } from './snap-integer.js';
import type { FileProblem, WorkflowGraph, WorkflowInput } from './workflow-graph.js';

/** A declared parameter tied to the literal input of a node that it replaces. */
export interface BoundParameter {
  spec: ParameterSpec;
  nodeId: string;
  input: string;
  /** Put behind a choice for the node. */
  suffix: string;
}

/** Ties the parameters of a side file to the graph; problems point into the side file. */
export function bindParameters(
  graph: WorkflowGraph,
  declared: readonly DeclaredParameter[],
): { bound: BoundParameter[]; problems: FileProblem[] } {
  const bound: BoundParameter[] = [];
  const problems: FileProblem[] = [];
  declared.forEach((parameter, index) => {
    const report = (member: string, message: string): void => {
      problems.push({ pointer: jsonPointer(['parameters', index, member]), message });
    };
    if (declared.findIndex(({ name }) => name === parameter.name) < index) {
      report('name', `the name "${parameter.name}" is used twice`);
    }
    const nodeId = findNode(graph, parameter.node, report);
    if (nodeId === null) return;
    const literal = graph[nodeId]?.inputs[parameter.input];
    if (literal === undefined || literal === null || isLink(literal)) {
      report('input', `node ${nodeId} has no value of its own at "${parameter.input}" to replace`);
      return;
    }
    if (bound.some((other) => other.nodeId === nodeId && other.input === parameter.input)) {
      report('input', `another parameter already sets "${parameter.input}" of node ${nodeId}`);
    }
    const spec =
      parameter.kind === 'integer' ? integer(parameter, literal, report) : choice(parameter, literal, report);
    if (spec === null) return;
    const suffix = parameter.kind === 'choice' ? parameter.suffix : '';
    bound.push({ spec, nodeId, input: parameter.input, suffix });
  });
  return { bound, problems };
}

type Report = (member: string, message: string) => void;

function findNode(graph: WorkflowGraph, node: DeclaredParameter['node'], report: Report): string | null {
  if ('id' in node) {
    if (Object.hasOwn(graph, node.id)) return node.id;
    report('node', `the workflow has no node "${node.id}"`);
    return null;
  }
  const [first, ...others] = nodesOfClass(graph, node.class_type);
  if (first === undefined) report('node', `the workflow has no node of class ${node.class_type}`);
  if (others.length > 0)
    report('node', `there are ${others.length + 1} nodes of class ${node.class_type}: give an id`);
  return others.length === 0 ? (first ?? null) : null;
}

function integer(
  parameter: DeclaredParameter & { kind: 'integer' },
  literal: WorkflowInput,
  report: Report,
): ParameterSpec | null {
  const { name, title, minimum, maximum, snapTo } = parameter;
  const value = parameter.default ?? literal;
  if (typeof value !== 'number') {
    report('input', `"${parameter.input}" is not a number in the workflow`);
    return null;
  }
  const spec = { kind: 'integer' as const, name, title, default: value, minimum, maximum, snapTo };
  if (Math.ceil(minimum / snapTo) * snapTo > maximum) {
    report('maximum', `there is no multiple of ${snapTo} between ${minimum} and ${maximum}`);
  } else if (value < minimum || value > maximum || snapInteger(value, spec) !== value) {
    const whose = parameter.default === undefined ? "the workflow's own value" : 'the default';
    report('default', `${whose}, ${value}, is not a multiple of ${snapTo} between ${minimum} and ${maximum}`);
  }
  return spec;
}

function choice(
  parameter: DeclaredParameter & { kind: 'choice' },
  literal: WorkflowInput,
  report: Report,
): ParameterSpec | null {
  const { name, title, choices, suffix } = parameter;
  if (typeof literal !== 'string') {
    report('input', `"${parameter.input}" is not a text in the workflow`);
    return null;
  }
  const value = withoutSuffix(parameter.default ?? literal, suffix);
  if (new Set(choices).size < choices.length) report('choices', 'the choices repeat each other');
  if (!choices.includes(value)) {
    const whose = parameter.default === undefined ? "the workflow's own value" : 'the default';
    report('choices', `${whose}, "${value}", is not one of the choices`);
  }
  return { kind: 'choice', name, title, default: value, choices };
}

export function withoutSuffix(value: string, suffix: string): string {
  return suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
}
