/**
 * The name under which the id of the task at hand travels in the OpenTelemetry context of a process, so that every log
 * line about it names it (`createContextKey` makes the same key of the same name everywhere).
 */
export const TASK_ID_CONTEXT = 'photo-repair.task_id';

/**
 * The trace id, 32 hex digits, of a W3C `traceparent` (Trace Context, level 1) as tasks and deliveries are stored with;
 * null where there is none.
 */
export function traceIdOf(traceparent: string | null): string | null {
  return /^[\da-f]{2}-([\da-f]{32})-/.exec(traceparent ?? '')?.[1] ?? null;
}
