export { Catalog, loadCatalog } from './catalog.js';
/** @public */
export { CatalogError, type CatalogProblem } from './catalog.errors.js';
export type {
  ParameterProblem,
  ParameterRule,
  ResolvedParameters,
  SnappedParameter,
} from './resolve-parameters.js';
export { TaskType, type FillRequest } from './task-type.js';
export type { WorkflowGraph, WorkflowInput, WorkflowNode } from './workflow-graph.js';
