import { createHash, randomUUID } from 'node:crypto';
import { NodeInputs } from '../nodes/node-inputs.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import type { GraphNode } from './graph-links.js';

/**
 * A signature for each node: equal where class, values, the files that values name and all that is upstream are
 * equal. Node ids do not matter. `nodes` must have each node after all that it needs.
 */
export async function nodeSignatures(
  nodes: readonly GraphNode[],
  folders: EngineFolders,
): Promise<Map<string, string>> {
  const signatures = new Map<string, string>();
  for (const { id, definition, values, links } of nodes) {
    const inputs = Object.keys(definition.inputs).map((name) => {
      const link = links.get(name);
      return link ? [name, 'link', signatures.get(link[0]), link[1]] : [name, 'value', values.get(name)];
    });
    const fingerprint = await definition
      .fingerprint?.(new NodeInputs(values), folders)
      // A file that cannot be read makes the node unlike any other: it runs, and says what is wrong itself.
      .catch(() => randomUUID());
    const text = JSON.stringify([definition.className, fingerprint ?? null, inputs]);
    signatures.set(id, createHash('sha256').update(text).digest('hex'));
  }
  return signatures;
}
