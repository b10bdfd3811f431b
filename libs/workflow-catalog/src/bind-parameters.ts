import type { ParameterSpec } from '@app/contracts';
import { bindChoice } from './bind-choice.js';
import type { BoundParameter, BoundSpec, ReportMember } from './bound-parameter.js';
import { isLink, nodesOfClass } from './graph-checks.js';
import type { DeclaredParameter } from './side-file.js';
import { hasMultiple, snapNumber } from './snap-number.js';
import type { FileProblem, WorkflowGraph, WorkflowInput } from './workflow-graph.js';

/** Ties parameters to the graph; `pointerTo` says where a member of a declaration stands. */
export function bindParameters(
  graph: WorkflowGraph,
  declared: readonly DeclaredParameter[],
  pointerTo: (index: number, member: string) => string,
): { bound: BoundParameter[]; problems: FileProblem[] } {
  const bound: BoundParameter[] = [];
  const problems: FileProblem[] = [];
  declared.forEach((parameter, index) => {
    const report: ReportMember = (member, message) => {
      problems.push({ pointer: pointerTo(index, member), message });
    };
    if (declared.findIndex(({ name }) => name === parameter.name) < index) {
      report('name', `the name "${parameter.name}" is used twice`);
    }
    const nodeId = findNode(graph, parameter.node, report);
    if (nodeId === null) return;
    const node = graph[nodeId]!;
    const literal = Object.hasOwn(node.inputs, parameter.input) ? node.inputs[parameter.input] : undefined;
    if (literal === undefined || literal === null || isLink(literal)) {
      report('input', `node ${nodeId} has no value of its own at "${parameter.input}" to replace`);
      return;
    }
    if (bound.some((other) => other.nodeId === nodeId && other.input === parameter.input)) {
      report('input', `another parameter already sets "${parameter.input}" of node ${nodeId}`);
    }
    const spec = specOf(parameter, literal, node.class_type, report);
    if (spec !== null) bound.push({ ...spec, nodeId, input: parameter.input });
  });
  return { bound, problems };
}

function findNode(
  graph: WorkflowGraph,
  node: DeclaredParameter['node'],
  report: ReportMember,
): string | null {
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

function specOf(
  parameter: DeclaredParameter,
  literal: WorkflowInput,
  classType: string,
  report: ReportMember,
): BoundSpec | null {
  if (parameter.kind === 'choice') return bindChoice(parameter, literal, classType, report);
  const spec =
    parameter.kind === 'boolean'
      ? bindSwitch(parameter, literal, report)
      : bindNumber(parameter, literal, report);
  return spec && { spec, suffix: '', aliases: {}, isNumeric: false };
}

function bindNumber(
  parameter: DeclaredParameter & { kind: 'integer' | 'number' },
  literal: WorkflowInput,
  report: ReportMember,
): ParameterSpec | null {
  const { name, title, minimum, maximum } = parameter;
  const value = parameter.default ?? literal;
  if (typeof value !== 'number') {
    report('input', `"${parameter.input}" is not a number in the workflow`);
    return null;
  }
  const step = parameter.kind === 'integer' ? parameter.snapTo : (parameter.step ?? null);
  const limits = { minimum, maximum, step };
  const own = isClose(value, limits) ? snapNumber(value, limits) : value;
  const of = step === null ? 'a number' : `a multiple of ${step}`;
  if (!hasMultiple(limits)) {
    report('maximum', `there is no ${of.slice(2)} between ${minimum} and ${maximum}`);
  } else if (own < minimum || own > maximum || snapNumber(own, limits) !== own) {
    const whose = parameter.default === undefined ? "the workflow's own value" : 'the default';
    const near = snapNumber(Math.min(maximum, Math.max(minimum, value)), limits);
    report('default', `${whose}, ${value}, is not ${of} between ${minimum} and ${maximum}; ${near} would be`);
  }
  const base = { name, title, default: own, minimum, maximum };
  return parameter.kind === 'integer'
    ? { kind: 'integer', ...base, snapTo: parameter.snapTo }
    : { kind: 'number', ...base, step };
}

/** The editor writes 0.35000000000000003 for 0.35. */
function isClose(value: number, limits: Parameters<typeof snapNumber>[1]): boolean {
  return hasMultiple(limits) && Math.abs(snapNumber(value, limits) - value) < 1e-9;
}

function bindSwitch(
  { name, title, input, default: chosen }: DeclaredParameter & { kind: 'boolean' },
  literal: WorkflowInput,
  report: ReportMember,
): ParameterSpec | null {
  if (typeof literal !== 'boolean') {
    report('input', `"${input}" is not true or false in the workflow`);
    return null;
  }
  return { kind: 'boolean', name, title, default: chosen ?? literal };
}
