/** What can be wrong at the end. */
export const VIOLATIONS = [
  /** Accepted, and the store has no such task. */
  'lost',
  /** Accepted, and without a final state when all is quiet. */
  'unfinished',
  /** A final state that this photo must not have. */
  'wrong_end',
  /** A task in the store that no client asked for. */
  'phantom_task',
  /** Two tasks for one photo of one client. */
  'duplicated_task',
  /** Two results of one task in the store or in the event log, or one that changed after it was seen. */
  'duplicated_result',
  /** A result that was made of another photo, or of none. */
  'foreign_result',
  /** Succeeded, and the picture is not there or not the one that was recorded. */
  'missing_result',
  /** The photo as it was sent is not there, or not byte for byte. */
  'damaged_original',
  /** A state that was seen, or told, after which it must not come. */
  'illegal_transition',
  /** The store says another end than the events. */
  'log_disagrees',
  /** A message or an outbox row that is still on its way. */
  'leftover',
  /** More (or fewer) attempts or engine runs than there may be. */
  'attempts',
] as const;

export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  kind: ViolationKind;
  /** Which task, key or queue. */
  subject: string;
  detail: string;
}
