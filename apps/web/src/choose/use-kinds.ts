import type { TaskTypeView } from '@app/contracts';
import { useTaskTypes } from '../api/task-types.js';
import { offeredTypes } from './offered-types.js';
import { canDecide } from './suggestion.js';

/** What a person may choose from, the usual choice first; null until the catalog is known. */
export function useKinds(): { keys: readonly string[]; types: readonly TaskTypeView[] } | null {
  const { types } = useTaskTypes();
  if (types === null) return null;
  const keys = offeredTypes(types).map(({ type }) => type);
  return { types, keys: canDecide(types) ? ['auto', ...keys] : keys };
}
