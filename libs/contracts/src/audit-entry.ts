/** What operators do that is written down. */
export const AUDIT_ACTS = [
  'intake_paused',
  'intake_resumed',
  'type_paused',
  'type_resumed',
  'worker_paused',
  'worker_resumed',
  'album_priority_set',
  // Of what is not one's own.
  'album_changed',
  'album_erased',
  'album_photos_added',
  'album_link_made',
  'album_link_revoked',
  'task_cancelled',
  'task_retried',
  'task_erased',
  'tasks_cancelled',
  'tasks_retried',
  'key_made',
  'key_revoked',
  'group_set',
  'delivery_redelivered',
  'operation_started',
  'operation_stopped',
  'operation_finished',
  'task_imported',
] as const;
/** One of `AUDIT_ACTS`. */
export type AuditAct = (typeof AUDIT_ACTS)[number];

/** One act of an operator, as it was written down with it. */
export interface AuditEntryView {
  /** UUIDv7; rises with time. */
  id: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Whose API key did it; the name as it was at that time. */
  by: { id: string; name: string };
  act: AuditAct;
  /** What it was done to: an id or a name, by the act; null where there is only one such thing. */
  subject: string | null;
  /** What was chosen, by the act; no secret is in it. */
  details: Record<string, unknown> | null;
  /** How many tasks it concerned, where it may be several. */
  count: number | null;
  /** What the operator wrote to it. */
  note: string | null;
}
