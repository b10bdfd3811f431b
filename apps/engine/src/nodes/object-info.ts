import type { ObjectInfo } from '@app/comfyui';
import type { EngineFolders } from '../storage/engine-folders.js';
import type { InputSpec, NodeDefinition } from './node.js';

/** A node class as GET /object_info describes it. */
export async function objectInfo(node: NodeDefinition, folders: EngineFolders): Promise<ObjectInfo> {
  const required: [string, unknown[]][] = [];
  for (const [name, spec] of Object.entries(node.inputs))
    required.push([name, await describeInput(spec, folders)]);
  const hidden = node.hidden;
  return {
    input: { required: Object.fromEntries(required), ...(hidden && { hidden }) },
    input_order: { required: Object.keys(node.inputs), ...(hidden && { hidden: Object.keys(hidden) }) },
    is_input_list: false,
    output: node.outputs.map((output) => output.type),
    output_is_list: node.outputs.map(() => false),
    output_name: node.outputs.map((output) => output.name),
    name: node.className,
    display_name: node.displayName,
    description: node.description,
    python_module: 'photo-repair.built-in-engine',
    category: node.category,
    output_node: node.isOutput,
    has_intermediate_output: false,
  };
}

/** An input as `[type or choices, settings]`; the settings are left out where there are none. */
async function describeInput(spec: InputSpec, folders: EngineFolders): Promise<unknown[]> {
  const kind = spec.type === 'COMBO' ? await spec.choices(folders) : spec.type;
  return spec.settings === undefined ? [kind] : [kind, spec.settings];
}
