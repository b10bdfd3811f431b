/** One input of a node class, as `GET /object_info` describes it. */
export interface InputInfo {
  isRequired: boolean;
  /** `IMAGE`, `INT`, …; `COMBO` for a list of choices, however the server writes it. */
  type: string;
  /** The choices of a COMBO; undefined where the server does not list them. */
  options: readonly unknown[] | undefined;
  settings: Readonly<Record<string, unknown>>;
}

/** What is needed of a node class of an engine. */
export interface NodeInfo {
  inputs: ReadonlyMap<string, InputInfo>;
  /** The type of each output; undefined where it is not plainly said. */
  outputs: readonly (string | undefined)[];
}

/**
 * Reads one entry of `/object_info`. Understands both ways of writing a list of choices: `[["a", "b"], {}]` and
 * `["COMBO", {"options": ["a", "b"]}]` (ComfyUI v0.27.1 has both). Null for what is no such entry.
 */
export function readNodeInfo(info: unknown): NodeInfo | null {
  if (!isObject(info) || !isObject(info['input'])) return null;
  const inputs = new Map<string, InputInfo>();
  for (const group of ['required', 'optional'] as const) {
    const specs = info['input'][group];
    if (!isObject(specs)) continue;
    for (const [name, spec] of Object.entries(specs)) {
      const [kind, settings] = Array.isArray(spec) ? (spec as unknown[]) : [];
      inputs.set(name, readInput(kind, isObject(settings) ? settings : {}, group === 'required'));
    }
  }
  const outputs = Array.isArray(info['output']) ? info['output'] : [];
  return { inputs, outputs: outputs.map((type) => (typeof type === 'string' ? type : undefined)) };
}

function readInput(kind: unknown, settings: Record<string, unknown>, isRequired: boolean): InputInfo {
  if (Array.isArray(kind)) return { isRequired, type: 'COMBO', options: kind, settings };
  const options = settings['options'];
  const isCombo = kind === 'COMBO';
  return {
    isRequired,
    type: typeof kind === 'string' ? kind : '*',
    options: isCombo && Array.isArray(options) ? options : undefined,
    settings,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
