import type { ObjectInfo } from '@app/comfyui';
import type { EngineFolders } from '../storage/engine-folders.js';
import type { InputSpec, NodeDefinition } from './node.js';

/** A node class as GET /object_info describes it. */
export async function objectInfo(node: NodeDefinition, folders: EngineFolders): Promise<ObjectInfo> {
  const required: Record<string, unknown[]> = {};
  const optional: Record<string, unknown[]> = {};
  for (const [name, spec] of Object.entries(node.inputs)) {
    (spec.optional ? optional : required)[name] = await describeInput(spec, folders);
  }
  const hidden = node.hidden;
  const hasOptional = Object.keys(optional).length > 0;
  return {
    input: { required, ...(hasOptional && { optional }), ...(hidden && { hidden }) },
    input_order: {
      required: Object.keys(required),
      ...(hasOptional && { optional: Object.keys(optional) }),
      ...(hidden && { hidden: Object.keys(hidden) }),
    },
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
  return describeSpec(spec, spec.type === 'COMBO' ? await spec.choices(folders) : undefined);
}

/** An input as /object_info and the errors of POST /prompt name it. `choices` are those of a COMBO. */
export function describeSpec(spec: InputSpec, choices: readonly string[] = []): unknown[] {
  if (spec.type === 'COMBO') {
    if (spec.asOptions) return ['COMBO', { ...spec.settings, multiselect: false, options: choices }];
    return spec.settings === undefined ? [choices] : [choices, spec.settings];
  }
  return spec.settings === undefined ? [spec.type] : [spec.type, spec.settings];
}
