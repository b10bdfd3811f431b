import type { Caller } from '../access/caller.js';
import type { Act } from './audit-log.js';

/**
 * The act of an operator on what belongs to somebody else. Undefined for all others, and for an operator's own: those are
 * no business of the audit log.
 */
export function operatorAct({ owner }: Caller, ownerId: string, act: Omit<Act, 'by'>): Act | undefined {
  return owner?.role === 'operator' && owner.id !== ownerId ? { ...act, by: owner } : undefined;
}
