/**
 * What an operator may stop. `intake`: whatever comes in from outside. `type`: every waiting task of one task type.
 * `worker`: one worker, by its name; it ends what it runs and takes nothing else.
 */
export const PAUSE_SCOPES = ['intake', 'type', 'worker'] as const;
/** One of `PAUSE_SCOPES`. */
export type PauseScope = (typeof PAUSE_SCOPES)[number];

/** Something that an operator has stopped, until an operator lets it go on. */
export interface PauseView {
  scope: PauseScope;
  /** The task type or the worker's name; null for the intake, of which there is one. */
  name: string | null;
  /** ISO 8601 in UTC. */
  since: string;
  /** Whose API key did it. */
  by: { id: string; name: string };
  /** What the operator wrote to it. */
  note: string | null;
}
