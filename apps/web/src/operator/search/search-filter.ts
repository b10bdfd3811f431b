import { FAILURE_CODES, TASK_STATES, TASK_TYPE_KEY, type TaskMatch } from '@app/contracts';

/** What stands in the fields of the search, as it is written in the address. Days are `YYYY-MM-DD`. */
export const SEARCH_FIELDS = ['q', 'state', 'type', 'failure', 'album', 'owner', 'from', 'to'] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];
export type SearchFilter = Readonly<Record<SearchField, string>>;

/** Beside the states: failed ones that an operator has taken off the list. */
export const DISCARDED = 'discarded';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function readFilter(query: URLSearchParams): SearchFilter {
  const entries = SEARCH_FIELDS.map((field) => [field, query.get(field)?.trim() ?? '']);
  return Object.fromEntries(entries) as SearchFilter;
}

/** Whether a field says something that the API understands; an empty one does. */
export function isSound(field: SearchField, value: string): boolean {
  if (value === '') return true;
  switch (field) {
    case 'state':
      return value === DISCARDED || (TASK_STATES as readonly string[]).includes(value);
    case 'failure':
      return (FAILURE_CODES as readonly string[]).includes(value);
    case 'type':
      return TASK_TYPE_KEY.test(value);
    case 'album':
    case 'owner':
      return UUID.test(value);
    case 'from':
    case 'to':
      return DAY.test(value) && !Number.isNaN(new Date(`${value}T00:00`).getTime());
    default:
      return true;
  }
}

/** What the API is asked for: a filter, and whether discarded ones are meant. A field that it would not understand is left out; days are those of this device. */
export function toMatch(filter: SearchFilter): TaskMatch & { discarded?: 'true' } {
  const match: Record<string, string> = {};
  for (const field of SEARCH_FIELDS) {
    const value = filter[field];
    if (value === '' || !isSound(field, value)) continue;
    match[field] = field === 'from' || field === 'to' ? dayStart(value, field === 'to' ? 1 : 0) : value;
  }
  return match['state'] === DISCARDED ? { ...match, state: 'failed', discarded: 'true' } : match;
}

/** Until when: the day that is named is within. */
function dayStart(day: string, daysLater: number): string {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + daysLater);
  return date.toISOString();
}
