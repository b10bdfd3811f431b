import type { QueueItem } from '@app/comfyui';
import type { Colouriser } from '../colour/colouriser.js';
import { NodeFailure, toNodeFailure } from '../nodes/node-failure.js';
import { NodeInputs } from '../nodes/node-inputs.js';
import type { NodeRegistry } from '../nodes/node-registry.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import { executionOrder, readersOf, upstreamIds, type Readers } from './execution-order.js';
import { neededNodes, type GraphNode } from './graph-links.js';
import type { CachedNode, NodeCache } from './node-cache.js';
import { nodeSignatures } from './node-signatures.js';
import type { PromptReporter } from './prompt-reporter.js';

/** What all prompts of an engine share. */
export interface ExecutionScope {
  registry: NodeRegistry;
  folders: EngineFolders;
  colouriser: Colouriser;
  cache: NodeCache;
}

/** How a prompt is run: whom it tells, and how it is stopped. */
export interface Execution {
  reporter: PromptReporter;
  signal: AbortSignal;
  /** Called as each node starts, for clients that reconnect. */
  onNode(id: string): void;
}

/** How it ended. The cause is for the log of the engine; clients have been told. */
export type Outcome = { state: 'success' | 'interrupted' } | { state: 'error'; cause: unknown };

/**
 * Runs one validated prompt and tells everything in the order of ComfyUI v0.27.1. Node after node; what has the
 * same signature as before comes from the cache, and what is only upstream of that is not run at all.
 *
 * A picture is held until the last node that needs it has run. The pictures of an output node that nobody reads
 * are not cached, only its announcement: they are the same pictures as its input's.
 */
export async function executePrompt(
  item: QueueItem,
  scope: ExecutionScope,
  execution: Execution,
): Promise<Outcome> {
  const { reporter, signal } = execution;
  reporter.started();
  const [, , graph, extraData, outputIds] = item;
  const nodes = neededNodes(graph, outputIds, scope.registry);
  const signatures = await nodeSignatures(nodes, scope.folders);
  const readers = readersOf(nodes);
  const results = cachedResults(nodes, signatures, readers, scope.cache);
  reporter.cached([...results.keys()]);
  for (const { id } of nodes) {
    const known = results.get(id);
    if (known?.ui) reporter.nodeFinished(id, known.ui);
  }

  const steps = executionOrder(nodes, outputIds, new Set(results.keys()));
  const lastRead = new Map(steps.flatMap((step) => [...upstreamIds(step)].map((id) => [id, step.id])));
  for (const id of results.keys()) if (!lastRead.has(id)) results.delete(id);
  const executed: string[] = [];
  for (const node of steps) {
    const { id, definition } = node;
    const inputs = inputsOf(node, results);
    execution.onNode(id);
    reporter.nodeStarted(id);
    try {
      signal.throwIfAborted();
      checkLinkedNumbers(node, inputs);
      const { outputs, ui } = await definition.execute(inputs, {
        folders: scope.folders,
        colouriser: scope.colouriser,
        signal,
        onProgress: (value, max) => reporter.nodeProgressed(id, value, max),
        graph,
        extraData,
      });
      const announcementOnly = definition.isOutput && !isRead(id, readers);
      const result: CachedNode = { ...(!announcementOnly && { outputs }), ...(ui && { ui }) };
      if (lastRead.has(id)) results.set(id, result);
      scope.cache.set(signatures.get(id) as string, result);
      executed.push(id);
      reporter.nodeFinished(id, ui);
    } catch (error) {
      const at = { node_id: id, node_type: definition.className, executed };
      if (signal.aborted) {
        reporter.interrupted(at);
        return { state: 'interrupted' };
      }
      const { exceptionType, message } = toNodeFailure(error);
      reporter.failed({
        ...at,
        exception_message: `${message}\n`,
        exception_type: exceptionType,
        traceback: [`${exceptionType}: ${message}\n`],
        current_inputs: inputs.describe(),
        current_outputs: nodes.map((other) => other.id),
      });
      return { state: 'error', cause: error };
    }
    for (const read of upstreamIds(node)) if (lastRead.get(read) === id) results.delete(read);
  }
  reporter.succeeded();
  return { state: 'success' };
}

/** The nodes whose results are there already, in graph order. */
function cachedResults(
  nodes: readonly GraphNode[],
  signatures: ReadonlyMap<string, string>,
  readers: Readers,
  cache: NodeCache,
): Map<string, CachedNode> {
  const found = new Map<string, CachedNode>();
  for (const { id } of nodes) {
    const known = cache.get(signatures.get(id) as string);
    if (known && (known.outputs || !isRead(id, readers))) found.set(id, known);
  }
  return found;
}

function inputsOf(node: GraphNode, results: ReadonlyMap<string, CachedNode>): NodeInputs {
  const values = new Map<string, unknown>(node.values);
  for (const [name, [id, slot]] of node.links) values.set(name, results.get(id)?.outputs?.[slot]);
  return new NodeInputs(values);
}

function isRead(id: string, readers: Readers): boolean {
  return (readers.get(id)?.length ?? 0) > 0;
}

/**
 * Refuses a number that came along a link and is out of the range of its input: validation cannot know it. (A real
 * server hands it to the node, which fails in its own way or does not.)
 */
function checkLinkedNumbers(node: GraphNode, inputs: NodeInputs): void {
  for (const name of node.links.keys()) {
    const spec = node.definition.inputs[name];
    if (spec?.type !== 'INT' && spec?.type !== 'FLOAT') continue;
    const { min, max } = spec.settings;
    const value = inputs.number(name);
    if (value >= min && value <= max) continue;
    throw new NodeFailure('ValueError', `${name} must be from ${min} to ${max}, and is ${value}`);
  }
}
