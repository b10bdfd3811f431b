import type { InputInfo } from './node-info.js';
import type { WorkflowInput } from './workflow-graph.js';

const SHOWN = 8;

/** Why the engine would refuse a literal at this input, in words; null where it would take it. */
export function checkEngineValue(input: InputInfo, value: WorkflowInput): string | null {
  if (input.type === 'COMBO') return checkOption(input, value);
  if (input.type === 'INT' || input.type === 'FLOAT') return checkNumber(input, value);
  if (input.type === 'STRING' || input.type === 'BOOLEAN' || input.type === '*') return null;
  // Everything else comes over links; kinds of later versions may be written out.
  return /^[A-Z][A-Z0-9]*$/.test(input.type) && isPlain(value)
    ? `needs a link to ${input.type}, and has the value ${JSON.stringify(value)}`
    : null;
}

function checkOption({ options, settings }: InputInfo, value: WorkflowInput): string | null {
  // The list of pictures is what was uploaded before; the photo comes with the task.
  const isUpload = Object.keys(settings).some((name) => name.endsWith('_upload') && settings[name] === true);
  if (
    options === undefined ||
    isUpload ||
    settings['multiselect'] === true ||
    settings['remote'] !== undefined
  )
    return null;
  if (options.includes(value)) return null;
  const shown = options.slice(0, SHOWN).map(String).join(', ');
  const more = options.length > SHOWN ? ` and ${options.length - SHOWN} more` : '';
  return `${JSON.stringify(value)} is not in the engine's list: ${shown || 'it is empty'}${more}`;
}

/** A server takes numbers written as text, too. It does not look at steps. */
function checkNumber({ settings }: InputInfo, value: WorkflowInput): string | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'boolean') return null;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return `needs a number, not ${JSON.stringify(value)}`;
  const { min, max } = settings;
  if (typeof min === 'number' && number < min) return `${number} is below the engine's minimum of ${min}`;
  if (typeof max === 'number' && number > max) return `${number} is above the engine's maximum of ${max}`;
  return null;
}

function isPlain(value: WorkflowInput): boolean {
  return value === null || typeof value !== 'object';
}
