import type { TaskState } from '@app/contracts';
import type { Kysely } from 'kysely';

/**
 * The tables as both dialects have them. What the dialects store differently is stored as what they share:
 * JSON as text, times as milliseconds since 1970 in a 64-bit integer.
 */
export interface Tables {
  tasks: TaskRow;
  outbox: OutboxRow;
}

export interface TaskRow {
  /** UUIDv7, lowercase. */
  id: string;
  type: string;
  state: TaskState;
  /** 0 (normal) to 4 (first). */
  priority: number;
  filename: string;
  /** JSON of ParameterValues. */
  parameters: string;
  /** JSON of ArtifactRef. */
  original: string;
  canonical: string;
  result: string | null;
  /** JSON of EngineRef. */
  engine: string | null;
  /** JSON of Failure. */
  failure: string | null;
  /** Attempts started so far. */
  attempts: number;
  /** The last run that the workers told of (`TaskEvent.run`), 0 before the first; orders what they tell. */
  run: number;
  created_at: number;
  /** When it joined the line, or joined it again for a retry. */
  queued_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Until when a worker has to have begun it; null where it may wait for ever. */
  deadline_at: number | null;
  /** Chosen by the caller: the same key again means this task again. */
  idempotency_key: string | null;
}

/** A message that has to reach the broker; gone once the broker has confirmed it. */
export interface OutboxRow {
  task_id: string;
  /** JSON of TaskMessage. */
  message: string;
  priority: number;
  created_at: number;
  /** An API instance is publishing it until then; 0 when none is. */
  claimed_until: number;
}

export type Database = Kysely<Tables>;
