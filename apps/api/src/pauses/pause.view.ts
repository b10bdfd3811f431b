import type { PauseView } from '@app/contracts';
import type { PauseRow } from '../database/schema.js';

/** Shows a pause to operators. */
export function toPauseView({ scope, name, since, by_id, by_name, note }: PauseRow): PauseView {
  return {
    scope,
    name: scope === 'intake' ? null : name,
    since: new Date(since).toISOString(),
    by: { id: by_id, name: by_name },
    note,
  };
}
