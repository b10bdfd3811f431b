import type { TaskTypeView } from '@app/contracts';

/** Most old photos show people, so that is the choice already made; the others follow as the API lists them. */
const FIRST = ['person', 'building'];

/**
 * The choices to show. A version beside the type that it is a version of is for those who were given it, and would only be the
 * same choice twice.
 */
export function offeredTypes(listed: readonly TaskTypeView[]): TaskTypeView[] {
  const names = new Set(listed.map(({ type }) => type));
  const rank = ({ type }: TaskTypeView) => (FIRST.includes(type) ? FIRST.indexOf(type) : FIRST.length);
  return listed
    .filter(({ type, version }) => version === null || !names.has(type.replace(/@\d+$/, '')))
    .toSorted((a, b) => rank(a) - rank(b));
}
