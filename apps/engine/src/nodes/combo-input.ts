import type { InputSpec } from './node.js';

/** A choice of fixed words in the form of ComfyUI's newer nodes; the first one is what editors begin with. */
export function comboInput(choices: readonly string[]): InputSpec {
  return { type: 'COMBO', choices: async () => choices, asOptions: true };
}
