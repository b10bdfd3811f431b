import type { TaskMatch } from '@app/contracts';

/** Which tasks are meant, as the command line gives it; the API has the last word on every value. */
export interface FilterFlags {
  search?: string;
  state?: string;
  type?: string;
  failure?: string;
  album?: string;
  owner?: string;
  from?: string;
  to?: string;
}

/** The same as the API takes it; nothing that was not given. */
export function toMatch({ search, state, type, failure, album, owner, from, to }: FilterFlags): TaskMatch {
  const given = Object.entries({ q: search, state, type, failure, album, owner, from, to });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
