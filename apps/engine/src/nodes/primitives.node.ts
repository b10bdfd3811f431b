import type { NodeDefinition } from './node.js';

/** What JavaScript counts to exactly. (A real server takes what a 64-bit integer holds.) */
const RANGE = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };

const CATEGORY = 'utils/primitive';

/** A whole number that several nodes read. */
export const primitiveInt: NodeDefinition = {
  className: 'PrimitiveInt',
  displayName: 'Int',
  description: 'A whole number.',
  category: CATEGORY,
  inputs: { value: { type: 'INT', settings: { ...RANGE, control_after_generate: true } } },
  outputs: [{ name: 'INT', type: 'INT' }],
  isOutput: false,
  execute: async (inputs) => ({ outputs: [inputs.number('value')] }),
};

/** A number that several nodes read. */
export const primitiveFloat: NodeDefinition = {
  className: 'PrimitiveFloat',
  displayName: 'Float',
  description: 'A number.',
  category: CATEGORY,
  inputs: { value: { type: 'FLOAT', settings: RANGE } },
  outputs: [{ name: 'FLOAT', type: 'FLOAT' }],
  isOutput: false,
  execute: async (inputs) => ({ outputs: [inputs.number('value')] }),
};

/** A text that several nodes read, such as the prefix of file names. */
export const primitiveString: NodeDefinition = {
  className: 'PrimitiveString',
  displayName: 'String',
  description: 'A text.',
  category: CATEGORY,
  inputs: { value: { type: 'STRING', settings: {} } },
  outputs: [{ name: 'STRING', type: 'STRING' }],
  isOutput: false,
  execute: async (inputs) => ({ outputs: [inputs.text('value')] }),
};
