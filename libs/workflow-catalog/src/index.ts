/** @public */
export { adaptToEngine, type EngineNodes } from './adapt-to-engine.js';
export { Catalog, type CatalogChange, type CatalogContent } from './catalog.js';
/** @public */
export { CatalogError, type CatalogProblem } from './catalog.errors.js';
export { CatalogWatcher, watchCatalog, type CatalogWatcherOptions } from './catalog-watcher.js';
export {
  checkAgainstEngine,
  classesOf,
  ignoredByEngine,
  type ObjectInfoByClass,
} from './check-against-engine.js';
export { logCatalog, type CatalogLogger } from './log-catalog.js';
export { loadCatalog, readCatalog } from './read-catalog.js';
export type { ParameterRule } from './read-parameter.js';
export type { ParameterProblem, ResolvedParameters, SnappedParameter } from './resolve-parameters.js';
export type { ResultFacts } from './result-facts.js';
export { TaskType, type FillRequest, type TaskTypeParts } from './task-type.js';
export type { WorkflowGraph, WorkflowInput, WorkflowNode } from './workflow-graph.js';
