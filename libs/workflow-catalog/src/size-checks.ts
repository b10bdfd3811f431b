import type { BoundParameter } from './bound-parameter.js';
import { DDCOLOR_CLASSES, DDCOLOR_STEP } from './ddcolor-family.js';
import { inputPointer } from './graph-checks.js';
import { snapNumber } from './snap-number.js';
import type { FileProblem, WorkflowGraph } from './workflow-graph.js';

/** DDColor nodes whose own size is no multiple of 32, where no parameter replaces it: they would fail while they run. */
export function checkSizes(graph: WorkflowGraph, bound: readonly BoundParameter[]): FileProblem[] {
  return Object.entries(graph).flatMap(([id, node]) => {
    const input = DDCOLOR_CLASSES.get(node.class_type)?.size;
    const size = input === undefined ? undefined : node.inputs[input];
    if (input === undefined || typeof size !== 'number' || size % DDCOLOR_STEP === 0) return [];
    if (bound.some((parameter) => parameter.nodeId === id && parameter.input === input)) return [];
    const near = snapNumber(size, { minimum: DDCOLOR_STEP, maximum: 4096, step: DDCOLOR_STEP });
    const message = `${size} is not a multiple of ${DDCOLOR_STEP}, which DDColor needs; write ${near}`;
    return [{ pointer: inputPointer(id, input), message }];
  });
}
