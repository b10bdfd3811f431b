import type { LinkAccess } from '@app/contracts';
import type { Caller } from './caller.js';

/** What somebody may do with a task or an album, from nothing to everything. */
export type Standing = 'none' | 'view' | 'edit' | 'owner';

/** What is asked for. */
export type Need = Exclude<Standing, 'none'>;

/** Whose it is, and which album it is in or is itself. */
export interface Belongings {
  ownerId: string;
  albumId: string | null;
}

/** How far a standing reaches. */
const REACH: Record<Standing, number> = { none: 0, view: 1, edit: 2, owner: 3 };

/** `granted` is what the links that the caller has opened let it do with the album. */
export function standingOf(caller: Caller, granted: LinkAccess | null, what: Belongings): Standing {
  const { owner, link } = caller;
  if (link !== null) return link.albumId === what.albumId ? link.access : 'none';
  if (owner === null) return 'none';
  if (owner.id === what.ownerId || owner.role === 'operator') return 'owner';
  return granted ?? (owner.role === 'viewer' ? 'view' : 'none');
}

/** Whether it is enough. */
export function suffices(standing: Standing, need: Need): boolean {
  return REACH[standing] >= REACH[need];
}
