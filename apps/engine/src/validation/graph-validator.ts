import type { ComfyNode, NodeErrorReason, NodeErrors } from '@app/comfyui';
import { NodeInputs } from '../nodes/node-inputs.js';
import type { NodeRegistry } from '../nodes/node-registry.js';
import type { InputSpec, NodeDefinition } from '../nodes/node.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import { checkValue, inputConfig } from './check-value.js';
import { PythonError } from './python-values.js';

/**
 * Validates the nodes of one graph, each once, from the outputs upwards, as ComfyUI v0.27.1 does: nodes that no
 * output needs are not looked at. Values are written back converted ("512" becomes 512).
 */
export class GraphValidator {
  private readonly validity = new Map<string, boolean>();
  private readonly reasons = new Map<string, NodeErrorReason[]>();

  constructor(
    private readonly graph: ReadonlyMap<string, ComfyNode>,
    private readonly registry: NodeRegistry,
    private readonly folders: EngineFolders,
  ) {}

  /** Whether this output can run. What is wrong is in `errors()` afterwards. */
  async validateOutput(id: string): Promise<boolean> {
    try {
      return await this.validate(id, []);
    } catch (error) {
      const { exceptionType, message } = asPythonError(error);
      this.fail(id, {
        type: 'exception_during_validation',
        message: 'Exception when validating node',
        details: message,
        extra_info: { exception_type: exceptionType, traceback: [] },
      });
      return false;
    }
  }

  /** What is wrong with each node, and which of these outputs cannot run because of it. */
  errors(failedOutputs: readonly string[]): NodeErrors {
    const upstream = new Map(failedOutputs.map((output) => [output, this.upstreamOf(output)]));
    const entries = [...this.reasons].map(([id, errors]) => {
      const dependent_outputs = failedOutputs.filter((output) => upstream.get(output)?.has(id));
      return [id, { errors, dependent_outputs, class_type: this.graph.get(id)?.class_type ?? '' }] as const;
    });
    return Object.fromEntries(entries);
  }

  /** `path` is the way from the output to here; meeting a node of it again is a cycle. */
  private async validate(id: string, path: readonly string[]): Promise<boolean> {
    const known = this.validity.get(id);
    if (known !== undefined) return known;
    const { node, definition } = this.lookUp(id);
    if (node.inputs === undefined) throw new PythonError('KeyError', "'inputs'");
    const values = new Map<string, unknown>();
    let valid = true;
    for (const [name, spec] of Object.entries(definition.inputs)) {
      const received = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
      if (received === undefined) {
        if (spec.optional) continue;
        this.fail(id, {
          type: 'required_input_missing',
          message: 'Required input is missing',
          details: name,
          extra_info: { input_name: name },
        });
        valid = false;
      } else if (Array.isArray(received)) {
        valid = (await this.validateLink(id, name, spec, received, path)) && valid;
      } else {
        const checked = await checkValue(name, spec, received, this.folders);
        if (checked.ok) {
          values.set(name, checked.value);
          node.inputs[name] = checked.value as string;
        } else {
          this.fail(id, checked.reason);
          valid = false;
        }
      }
    }
    valid &&= await this.validateCustom(id, definition, new NodeInputs(values));
    this.validity.set(id, valid);
    return valid;
  }

  private async validateLink(
    id: string,
    name: string,
    spec: InputSpec,
    link: readonly unknown[],
    path: readonly string[],
  ): Promise<boolean> {
    const [linkedId, slot] = link;
    if (link.length !== 2 || typeof linkedId !== 'string') {
      this.fail(id, {
        type: 'bad_linked_input',
        message: 'Bad linked input, must be a length-2 list of [node_id, slot_index]',
        details: name,
        extra_info: { input_name: name, input_config: inputConfig(spec), received_value: link },
      });
      return false;
    }
    const output = this.lookUp(linkedId).definition.outputs[typeof slot === 'number' ? slot : -1];
    if (output === undefined) throw new PythonError('IndexError', 'tuple index out of range');
    if (output.type !== spec.type) {
      this.fail(id, {
        type: 'return_type_mismatch',
        message: 'Return type mismatch between linked nodes',
        details: `${name}, received_type(${output.type}) mismatch input_type(${spec.type})`,
        extra_info: {
          input_name: name,
          input_config: inputConfig(spec),
          received_type: output.type,
          linked_node: link,
        },
      });
      return false;
    }
    return this.validateLinked(name, spec, linkedId, link, [...path, id]);
  }

  private async validateLinked(
    name: string,
    spec: InputSpec,
    linkedId: string,
    link: readonly unknown[],
    path: readonly string[],
  ): Promise<boolean> {
    if (path.includes(linkedId)) {
      this.failCycle(path.slice(path.indexOf(linkedId)));
      return false;
    }
    try {
      return await this.validate(linkedId, path);
    } catch (error) {
      const { exceptionType, message } = asPythonError(error);
      this.validity.set(linkedId, false);
      this.fail(linkedId, {
        type: 'exception_during_inner_validation',
        message: 'Exception when validating inner node',
        details: message,
        extra_info: {
          input_name: name,
          input_config: inputConfig(spec),
          exception_message: message,
          exception_type: exceptionType,
          traceback: [],
          linked_node: link,
        },
      });
      return false;
    }
  }

  private async validateCustom(id: string, definition: NodeDefinition, inputs: NodeInputs): Promise<boolean> {
    const refusal = await definition.validate?.(inputs, this.folders);
    if (refusal === undefined) return true;
    this.fail(id, {
      type: 'custom_validation_failed',
      message: 'Custom validation failed for node',
      details: `${refusal.input} - ${refusal.message}`,
      extra_info: { input_name: refusal.input },
    });
    return false;
  }

  private failCycle(cycle: readonly string[]): void {
    const details = [...cycle, cycle[0] as string]
      .map((id) => `${id} (${this.graph.get(id)?.class_type})`)
      .join(' -> ');
    for (const id of cycle) {
      this.validity.set(id, false);
      this.fail(id, {
        type: 'dependency_cycle',
        message: 'Dependency cycle detected',
        details,
        extra_info: { node_id: id, cycle_nodes: cycle },
      });
    }
  }

  private fail(id: string, reason: NodeErrorReason): void {
    const reasons = this.reasons.get(id);
    if (reasons) reasons.push(reason);
    else this.reasons.set(id, [reason]);
  }

  /** A node and its class. A link to a node that is not there is a KeyError of the node that has the link. */
  private lookUp(id: string): { node: ComfyNode; definition: NodeDefinition } {
    const node = this.graph.get(id);
    const definition = node && this.registry.get(node.class_type);
    if (!definition) throw new PythonError('KeyError', `'${id}'`);
    return { node, definition };
  }

  private upstreamOf(output: string): Set<string> {
    const found = new Set<string>([output]);
    for (const id of found) {
      for (const value of Object.values(this.graph.get(id)?.inputs ?? {})) {
        if (Array.isArray(value) && this.graph.has(value[0])) found.add(value[0]);
      }
    }
    return found;
  }
}

function asPythonError(error: unknown): PythonError {
  if (error instanceof PythonError) return error;
  throw error;
}
