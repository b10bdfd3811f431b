/** What can be wrong with what programs of other systems are told. */
export const VIOLATIONS_OF_ANSWERS = [
  /** Somebody who asked was never told the outcome. */
  'unanswered',
  /** Somebody was told another outcome than the store has, or of something that nobody asked for. */
  'wrong_answer',
  /** One outcome was told as if it were two. */
  'doubled_answer',
  /** Somebody was told something of which nobody can know that it is ours. */
  'unsigned',
  /** The picture that was written for somebody is not there, not whole, or of another photo. */
  'wrong_output',
] as const;

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
  /** Steps of a task or an album that are missing, doubled, or end elsewhere than the row. */
  'broken_log',
  /** An API believes that others wait than do. */
  'line_disagrees',
  /** The metrics say another number of tasks than the store has. */
  'metrics_disagree',
  /** A task waited although a worker had nothing to do. */
  'idle',
  /** A file that belongs to no task. */
  'orphan',
  /** Something is left of what was said to be erased. */
  'not_erased',
  /** A message or a waiting task that is still on its way. */
  'leftover',
  /** More (or fewer) attempts or engine runs than there may be. */
  'attempts',
  ...VIOLATIONS_OF_ANSWERS,
] as const;

export type ViolationKind = (typeof VIOLATIONS)[number];

export interface Violation {
  kind: ViolationKind;
  /** Which task, key or queue. */
  subject: string;
  detail: string;
}
