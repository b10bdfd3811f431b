import type { NodeErrorReason } from '@app/comfyui';
import type { InputSpec } from '../nodes/node.js';
import { describeSpec } from '../nodes/object-info.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import { PythonError, pythonBool, pythonFloat, pythonInt, pythonRepr, pythonStr } from './python-values.js';

/** A value as the node will get it, or why it is refused. */
export type CheckedValue = { ok: true; value: unknown } | { ok: false; reason: NodeErrorReason };

/** Above this many choices ComfyUI v0.27.1 names their number instead of listing them. */
const MAX_LISTED_CHOICES = 20;

/** Checks and converts a value (not a link) against its spec, worded as ComfyUI v0.27.1 words it. */
export async function checkValue(
  name: string,
  spec: InputSpec,
  received: unknown,
  folders: EngineFolders,
): Promise<CheckedValue> {
  switch (spec.type) {
    case 'INT':
    case 'FLOAT':
      return checkNumber(name, spec, received);
    case 'STRING':
      return { ok: true, value: pythonStr(received) };
    case 'BOOLEAN':
      return { ok: true, value: pythonBool(received) };
    case 'COMBO':
      if (spec.choicesAreHints) return { ok: true, value: pythonStr(received) };
      return checkChoice(name, spec, received, await spec.choices(folders));
    default:
      // A plain value where a picture is expected: a real server lets it pass and the node then fails on it.
      return refuse('invalid_input_type', `Failed to convert an input value to a ${spec.type} value`, name, {
        input_name: name,
        input_config: inputConfig(spec),
        received_value: received,
        exception_message: `a link is needed, not ${pythonRepr(received)}`,
      });
  }
}

/** How `extra_info` of an error names the spec: type and settings, the latter never missing. */
export function inputConfig(spec: InputSpec, choices?: readonly string[]): unknown[] {
  const [kind, settings = {}] = choices ? describeSpec(spec, choices) : [spec.type, spec.settings];
  return [kind, settings];
}

function checkNumber(
  name: string,
  spec: InputSpec & { type: 'INT' | 'FLOAT' },
  received: unknown,
): CheckedValue {
  const extra = { input_name: name, input_config: inputConfig(spec) };
  let value: number;
  try {
    value = spec.type === 'INT' ? pythonInt(received) : pythonFloat(received);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    const details = `${name}, ${pythonStr(received)}, ${error.message}`;
    return refuse('invalid_input_type', `Failed to convert an input value to a ${spec.type} value`, details, {
      ...extra,
      received_value: received,
      exception_message: error.message,
    });
  }
  const { min, max } = spec.settings;
  if (value < min) {
    const message = `Value ${value} smaller than min of ${min}`;
    return refuse('value_smaller_than_min', message, name, { ...extra, received_value: value });
  }
  if (value > max) {
    const message = `Value ${value} bigger than max of ${max}`;
    return refuse('value_bigger_than_max', message, name, { ...extra, received_value: value });
  }
  return { ok: true, value };
}

function checkChoice(
  name: string,
  spec: InputSpec,
  received: unknown,
  choices: readonly string[],
): CheckedValue {
  if (typeof received === 'string' && choices.includes(received)) return { ok: true, value: received };
  const tooMany = choices.length > MAX_LISTED_CHOICES;
  const list = tooMany ? `(list of length ${choices.length})` : pythonRepr(choices);
  return refuse('value_not_in_list', 'Value not in list', `${name}: ${pythonRepr(received)} not in ${list}`, {
    input_name: name,
    input_config: tooMany ? null : inputConfig(spec, choices),
    received_value: received,
  });
}

function refuse(
  type: string,
  message: string,
  details: string,
  extra_info: Record<string, unknown>,
): CheckedValue {
  return { ok: false, reason: { type, message, details, extra_info } };
}
