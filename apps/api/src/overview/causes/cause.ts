import type { CauseView } from '@app/contracts';

/** Why photos do not flow, without what is the same for each of its kind. */
export type Cause = Omit<CauseView, 'runbook'>;

/** Epoch milliseconds as a cause shows them. */
export function since(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
