import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The compiled program of the child. Beside this file in a built tree; where this library runs from its source, as
 * under vitest, in the built tree of the same project, because Node cannot run the source.
 */
export function childEntry(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = fromSource
    ? new URL('../../../../dist/libs/imaging/src/image-process/main.js', import.meta.url)
    : new URL('./main.js', import.meta.url);
  const path = fileURLToPath(entry);
  if (!existsSync(path)) {
    throw new Error('The program that decodes pictures has not been built; run "npm run build" first.');
  }
  return path;
}
