import type { QueueItem } from '@app/comfyui';
import { parseAnnotatedName } from '../storage/annotated-name.js';
import type { EngineFolders } from '../storage/engine-folders.js';

/** The paths that any text in these prompts' graphs could mean as a file's name, whether there is such a file or not. */
export function filesInUse(items: readonly QueueItem[], folders: EngineFolders): Set<string> {
  const texts = items
    .flatMap(([, , graph]) => Object.values(graph))
    .flatMap(({ inputs }) => Object.values(inputs))
    .filter((value) => typeof value === 'string');
  return new Set(
    texts.flatMap((text) => {
      const { name, type = 'input' } = parseAnnotatedName(text);
      return folders.resolve(type, name) ?? [];
    }),
  );
}
