import type { ComfyGraph, NodeOutput, PromptExtraData } from '@app/comfyui';
import type { Colouriser } from '../colour/colouriser.js';
import type { EngineFolders } from '../storage/engine-folders.js';
import type { NodeInputs } from './node-inputs.js';

/** What can travel along a link. */
export type LinkType = 'IMAGE' | 'MASK' | 'INT' | 'FLOAT' | 'STRING';

interface Settings {
  tooltip?: string;
  [setting: string]: unknown;
}

interface NumberSettings extends Settings {
  default?: number;
  min: number;
  max: number;
  /** A hint for editors only: like the real server, this one does not check it. */
  step?: number;
}

/** One input of a node class. It drives GET /object_info and the validation of prompts alike. */
export type InputSpec = (
  | { type: 'IMAGE' | 'MASK'; settings?: Settings }
  | { type: 'INT' | 'FLOAT'; settings: NumberSettings }
  | { type: 'STRING'; settings: Settings & { default?: string } }
  | { type: 'BOOLEAN'; settings: Settings & { default: boolean } }
  | {
      type: 'COMBO';
      /** What may be chosen. For LoadImage the files of the moment. */
      choices: (folders: EngineFolders) => Promise<readonly string[]>;
      settings?: Settings;
      /** True if `validate` decides about the value and not the list. */
      choicesAreHints?: boolean;
      /**
       * True if /object_info says `["COMBO", {"options": [...]}]` and not `[[...]]`: both forms occur on real servers,
       * the first with nodes that are written against the newer interface (`io.Schema`).
       */
      asOptions?: boolean;
    }
) & {
  /** True if a prompt may leave it out; the node then sees undefined. */
  optional?: boolean;
};

/** What a running node is given beside its inputs. */
export interface NodeRun {
  folders: EngineFolders;
  colouriser: Colouriser;
  /** Aborted when the prompt is interrupted; a node that takes long listens to it and throws its reason. */
  signal: AbortSignal;
  /** Tells clients how far the node is. */
  onProgress: (value: number, max: number) => void;
  graph: ComfyGraph;
  extraData: PromptExtraData;
}

/** What a node made: a value for each output slot, and for output nodes what clients are told. */
export interface NodeResult {
  outputs: readonly unknown[];
  ui?: NodeOutput;
}

/** A node class as this engine offers it. */
export interface NodeDefinition {
  className: string;
  displayName: string;
  description: string;
  category: string;
  inputs: Readonly<Record<string, InputSpec>>;
  /** Inputs that the server fills in itself, as /object_info lists them. */
  hidden?: Readonly<Record<string, string>>;
  outputs: readonly { name: string; type: LinkType }[];
  isOutput: boolean;
  /** Refuses values that the specs cannot; gives the message, or undefined if all is well. */
  validate?(
    inputs: NodeInputs,
    folders: EngineFolders,
  ): Promise<{ input: string; message: string } | undefined>;
  /** What else decides about the result beside the inputs, such as the bytes of a file that an input names. */
  fingerprint?(inputs: NodeInputs, folders: EngineFolders): Promise<string>;
  execute(inputs: NodeInputs, run: NodeRun): Promise<NodeResult>;
}
