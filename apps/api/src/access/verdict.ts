import type { ProblemText } from '../problems/problem-text.js';
import type { Caller } from './caller.js';
import { suffices, type Need, type Standing } from './standing.js';

/** Why a caller may not use a route; null where it may. */
export type Verdict = Extract<
  ProblemText,
  'unauthorized' | 'forbidden' | 'read_only_link' | 'not_found'
> | null;

/** Of a route about one task or album. What somebody may not even see does not exist for them. */
export function judgeStanding(caller: Caller, standing: Standing, need: Need): Verdict {
  if (suffices(standing, need)) return null;
  if (standing === 'none') return 'not_found';
  return standing === 'view' && caller.owner?.role !== 'viewer' ? 'read_only_link' : 'forbidden';
}

/** Of a route that makes something new or shows what is one's own. */
export function judgeOwner({ owner, link }: Caller): Verdict {
  if (owner !== null) return null;
  if (link === null) return 'unauthorized';
  return link.access === 'view' ? 'read_only_link' : 'forbidden';
}

/** Of a route that begins to send a photo: also into the album of a link. */
export function judgeSender(caller: Caller): Verdict {
  return caller.link?.access === 'edit' ? null : judgeOwner(caller);
}

/** Of a route about the whole installation. A visitor is nobody there. */
export function judgeRole({ owner, link }: Caller, need: 'viewer' | 'operator'): Verdict {
  if (link !== null) return 'forbidden';
  if (owner?.kind !== 'key') return 'unauthorized';
  return owner.role === 'operator' || owner.role === need ? null : 'forbidden';
}

/** Of what other programs on this machine read: metrics, the documentation. `local`: only this machine can reach us. */
export function judgeMachine(caller: Caller, local: boolean): Verdict {
  if (caller.owner?.kind === 'key') return judgeRole(caller, 'viewer');
  return local ? null : 'not_found';
}
