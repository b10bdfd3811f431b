import type { ComfyGraph, ComfyNode, NodeErrors, PromptErrorResponse } from '@app/comfyui';
import type { NodeRegistry } from '../nodes/node-registry.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import { GraphValidator } from './graph-validator.js';

/** Whether a prompt can run. A sound one may still have errors: outputs with errors are left out and the rest runs. */
export type PromptVerdict =
  { ok: true; outputs: string[]; nodeErrors: NodeErrors } | { ok: false; refusal: PromptErrorResponse };

/**
 * Validates a graph as POST /prompt does.
 *
 * @param targets if given, only these output nodes are run (`partial_execution_targets`).
 * @throws TypeError if it is no graph in API format at all; a real server answers 500 then.
 */
export async function validatePrompt(
  graph: ComfyGraph,
  registry: NodeRegistry,
  folders: EngineFolders,
  targets?: readonly string[],
): Promise<PromptVerdict> {
  const nodes = new Map<string, ComfyNode>(Object.entries(graph));
  const outputs: string[] = [];
  for (const [id, node] of nodes) {
    if (node === null || typeof node !== 'object' || Array.isArray(node)) {
      throw new TypeError(`node ${id} is not an object: the editor's format instead of the API format?`);
    }
    const definition = registry.get(node.class_type);
    if (definition === undefined) return { ok: false, refusal: missingNodeType(id, node) };
    if (definition.isOutput && (targets === undefined || targets.includes(id))) outputs.push(id);
  }
  if (outputs.length === 0)
    return { ok: false, refusal: refusal('prompt_no_outputs', 'Prompt has no outputs') };

  const validator = new GraphValidator(nodes, registry, folders);
  const good: string[] = [];
  for (const output of outputs) if (await validator.validateOutput(output)) good.push(output);
  const failed = outputs.filter((output) => !good.includes(output));
  const nodeErrors = validator.errors(failed);
  if (good.length > 0) return { ok: true, outputs: good, nodeErrors };

  const details = failed
    .flatMap((output) => nodeErrors[output]?.errors ?? [])
    .map((e) => `${e.message}: ${e.details}`);
  const error = refusal(
    'prompt_outputs_failed_validation',
    'Prompt outputs failed validation',
    details.join('\n'),
  );
  return { ok: false, refusal: { ...error, node_errors: nodeErrors } };
}

/** A 400 of POST /prompt about the prompt as a whole. */
export function refusal(
  type: string,
  message: string,
  details = '',
  extra_info: Record<string, unknown> = {},
): PromptErrorResponse {
  return { error: { type, message, details, extra_info }, node_errors: {} };
}

function missingNodeType(id: string, node: Partial<ComfyNode>): PromptErrorResponse {
  const class_type = node.class_type ?? null;
  const node_title = node._meta?.title ?? class_type;
  const message =
    class_type === null
      ? `Node '${node_title ?? `ID #${id}`}' has no class_type. The workflow may be corrupted or a custom node is missing.`
      : `Node '${node_title}' not found. The custom node may not be installed.`;
  return refusal('missing_node_type', message, `Node ID '#${id}'`, { node_id: id, class_type, node_title });
}
