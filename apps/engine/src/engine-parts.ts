import type { ServerFeatures } from '@app/comfyui';
import type { Colouriser } from './colour/colouriser.js';
import type { NodeRegistry } from './nodes/node-registry.js';
import type { NodeCache } from './prompts/node-cache.js';
import type { PromptHistory } from './prompts/prompt-history.js';
import type { PromptQueue } from './prompts/prompt-queue.js';
import type { PromptRunner } from './prompts/prompt-runner.js';
import type { PromptTraces } from './prompts/prompt-traces.js';
import type { EngineFolders } from './storage/engine-folders.js';

/** Of this engine, told in /system_stats. */
export { productVersion as ENGINE_VERSION } from '@app/runtime';

/** The ComfyUI version whose protocol this engine speaks. */
export const PROTOCOL_VERSION = '0.27.1';

/** What /features and the `feature_flags` message say. */
export const FEATURES: ServerFeatures = {
  supports_preview_metadata: true,
  max_upload_size: 104_857_600,
  extension: { manager: { supports_v4: false } },
  node_replacements: true,
  assets: false,
};

/** What the routes work with. */
export interface EngineParts {
  registry: NodeRegistry;
  folders: EngineFolders;
  colouriser: Colouriser;
  cache: NodeCache;
  queue: PromptQueue;
  history: PromptHistory;
  runner: PromptRunner;
  traces: PromptTraces;
}
