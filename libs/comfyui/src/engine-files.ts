import { engineFileSchema, type EngineFile } from '@app/contracts';
import { z } from 'zod';
import type { HistoryEntry } from './protocol.js';

/** Images, and what nodes of other packs call `gifs`, `audio`, `video`: each a list of references. */
const fileRef = z
  .looseObject({
    filename: z.string(),
    subfolder: z.string().default(''),
    type: z.string().default('output'),
  })
  .transform(({ filename, subfolder, type }) => ({ name: filename, subfolder, type }))
  .pipe(engineFileSchema);

/** Every file that a finished prompt has made, of all its nodes; not the input that a node may name. */
export function filesOf({ outputs }: HistoryEntry): EngineFile[] {
  const items = Object.values(outputs)
    .flatMap((output) => Object.values(output))
    .flatMap((items) => (Array.isArray(items) ? (items as unknown[]) : []));
  return items.flatMap((item) => {
    const ref = fileRef.safeParse(item);
    return ref.success && ref.data.type !== 'input' ? [ref.data] : [];
  });
}
