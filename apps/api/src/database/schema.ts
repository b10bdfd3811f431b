import type {
  AuditAct,
  FailureCode,
  LinkAccess,
  NoticeType,
  OperationKind,
  OperationState,
  PauseScope,
  TaskState,
  TaskStep,
} from '@app/contracts';
import type { Kysely, Transaction as KyselyTransaction } from 'kysely';

/**
 * The tables as both dialects have them. What the dialects store differently is stored as what they share:
 * JSON as text, times as milliseconds since 1970 in a 64-bit integer, truth as 0 and 1.
 */
export interface Tables {
  owners: OwnerRow;
  groups: GroupRow;
  albums: AlbumRow;
  album_links: AlbumLinkRow;
  album_grants: AlbumGrantRow;
  tasks: TaskRow;
  uploads: UploadRow;
  task_log: TaskLogRow;
  erasures: ErasureRow;
  deliveries: DeliveryRow;
  delivery_attempts: DeliveryAttemptRow;
  pauses: PauseRow;
  audit_log: AuditLogRow;
  operations: OperationRow;
}

/** Somebody who holds a secret token: a visitor's cookie or an API key. */
export interface OwnerRow {
  id: string;
  kind: 'visitor' | 'key';
  /**
   * Lowercase hex SHA-256 of the token; a token is random enough to need no salt. A publisher of messages that was first
   * heard of by a message has a key whose token nobody has.
   */
  token_hash: string;
  name: string;
  role: 'user' | 'viewer' | 'operator';
  group_name: string | null;
  /** JSON array of task types; null for all. */
  allowed_types: string | null;
  /** The highest level, 0 to 9, that may be asked for. */
  max_priority: number;
  /** Bytes of originals that may be kept at once; null where the installation's own limit holds. */
  quota_bytes: number | null;
  requests_per_minute: number | null;
  used_bytes: number;
  created_at: number;
  seen_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  /**
   * The publisher of messages whose photos are this owner's: a RabbitMQ user that the broker has checked, `redis:<user>`
   * behind the bridge, or empty for messages that name nobody. Null for an owner that sends no messages; unique.
   */
  amqp_user: string | null;
  /** Where the outcome of every task of the owner goes that names no other place. */
  webhook_url: string | null;
  /** JSON of WebhookSecret[] (`webhooks/webhook-secrets.ts`), the newest first; null for the installation's own. */
  webhook_secrets: string | null;
}

/** Which workflow a group of API keys gets under the name of a task type. */
export interface GroupRow {
  name: string;
  /** JSON of Record<task type asked for, task type used>. */
  task_types: string;
}

export interface AlbumRow {
  id: string;
  owner_id: string;
  title: string;
  /** The number of steps of its tasks so far. */
  seq: number;
  /** Photos that are in it now. */
  photos: number;
  created_at: number;
  expires_at: number;
  /** Where the outcome of its tasks goes that name no other place. */
  callback_url: string | null;
  /** Chosen by the caller: the same key of the same owner again means this album again. */
  idempotency_key: string | null;
  /** What an operator gave to all that wait in it and to what is added; null where nobody did. */
  priority: number | null;
}

export interface AlbumLinkRow {
  id: string;
  album_id: string;
  token_hash: string;
  access: LinkAccess;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
}

/** A visitor has opened a link; lasts as long as the link. */
export interface AlbumGrantRow {
  owner_id: string;
  link_id: string;
  album_id: string;
}

export interface TaskRow {
  /** UUIDv7, lowercase. */
  id: string;
  type: string;
  state: TaskState;
  /** 0 (normal) to 9 (first). */
  priority: number;
  owner_id: string;
  album_id: string | null;
  /** The album's `seq` when it was added; photos are shown in this order. */
  album_index: number | null;
  client_ref: string | null;
  filename: string;
  /** JSON of ParameterValues. */
  parameters: string;
  /** JSON of ParameterAdjustment[]; null where nothing was adjusted. */
  adjusted: string | null;
  /** JSON of ArtifactRef. */
  original: string;
  result: string | null;
  /** JSON of EngineRef. */
  engine: string | null;
  /** JSON of Failure. */
  failure: string | null;
  /** The code in `failure`, to be found by. */
  failure_code: FailureCode | null;
  /** Of the photo as it was sent: lowercase hex SHA-256, the one in `original`, to be found by. */
  sha256: string;
  /** When an operator took it off the list of failed photos. */
  discarded_at: number | null;
  /** Attempts started so far. */
  attempts: number;
  /** The last run that the workers told of (`TaskEvent.run`), 0 before the first; orders what they tell. */
  run: number;
  /** The number of steps in the log. */
  seq: number;
  created_at: number;
  /** When it joined the line, or joined it again for a retry. */
  queued_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Until when a worker has to have begun it; null where it may wait for ever. */
  deadline_at: number | null;
  /** When everything of it is erased. */
  expires_at: number;
  /** Until when a failed attempt keeps it out of the line. */
  retry_at: number | null;
  /** Chosen by the caller: the same key of the same owner again means this task again. */
  idempotency_key: string | null;
  /** Its fair turn among those of its type and level (`line/fair-turns.ts`). */
  turn: number;
  /** When it was handed to the broker, as a number that rises with every hand-over; null while it is held. */
  dispatched: number | null;
  /** The broker's priority class, 0 to 4, that it was handed over with. */
  sent_class: number | null;
  /** An API instance is handing it over until then; 0 when none is. */
  claimed_until: number;
  /** How often its owner asked for it once more, each with a new count of attempts. */
  again: number;
  /** The first estimate of its end that was given, to be judged by. */
  estimate_from: number | null;
  estimate_to: number | null;
  /** Where its outcome is to be posted. */
  callback_url: string | null;
  /** JSON of ReplyAddress: where its outcome is to be published. */
  reply: string | null;
  /** Lowercase hex SHA-256 of what a message asked for; the same message again is the same task. Null for photos in forms. */
  fingerprint: string | null;
  /** W3C trace context of what made it, which its whole life is a part of; null where it is older than that column. */
  traceparent: string | null;
  tracestate: string | null;
}

/** A photo on its way that may be interrupted. How much of it has come is what is there (`UploadBytes`). */
export interface UploadRow {
  /** UUIDv7, lowercase. */
  id: string;
  /** The owner, or the link, that sends it (`senderIdOf`). */
  sender_id: string;
  /** Of the whole photo. */
  bytes: number;
  /** `Upload-Metadata`, as it was sent. */
  metadata: string;
  created_at: number;
}

/** One step in the life of a task. */
export interface TaskLogRow {
  task_id: string;
  seq: number;
  album_id: string | null;
  album_seq: number | null;
  step: TaskStep;
  /** The state after it. */
  state: TaskState;
  at: number;
  attempt: number;
  run: number;
  /** Which process did it: a worker's name, or `api`. */
  actor: string;
  gpu: string | null;
  reason: string | null;
}

/** A task of which everything has to go: the list of what is to be done, and the mark that it is gone. */
export interface ErasureRow {
  task_id: string;
  original_key: string;
  requested_at: number;
  /** When it is tried (again); a worker may still have been writing. */
  next_at: number;
  rounds: number;
  /** 1 once a worker has told that the engine's copies are gone, or none was ever made. */
  engine_done: number;
}

/** An outcome that has to reach somebody: made with the state that it tells, in one transaction. */
export interface DeliveryRow {
  /** UUIDv7; the `webhook-id`, the same in every attempt. */
  id: string;
  task_id: string;
  owner_id: string;
  channel: 'webhook' | 'amqp';
  /** A URL, or JSON of ReplyAddress. */
  target: string;
  /** By what attempts at once are counted: `host:port` of a webhook, the virtual host (`main`, `intake`) of an answer. */
  host: string;
  type: NoticeType;
  /** The bytes that are sent, in every attempt. */
  body: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  created_at: number;
  /** When it is tried (again); null once it is not pending any more. */
  next_at: number | null;
  /** An API instance is trying it until then; 0 when none is. */
  claimed_until: number;
  delivered_at: number | null;
  /** When it was given up; null for all others. */
  failed_at: number | null;
  /** That of its task. */
  traceparent: string | null;
}

/** One attempt at a delivery, for the log. */
export interface DeliveryAttemptRow {
  delivery_id: string;
  /** From 1. */
  attempt: number;
  at: number;
  duration_ms: number;
  /** HTTP status; null where there was no answer. */
  status: number | null;
  /** What went wrong, as a sentence without credentials; null where it arrived. */
  error: string | null;
}

/** Something that an operator has stopped. */
export interface PauseRow {
  scope: PauseScope;
  /** The task type or the worker's name; empty for the intake. */
  name: string;
  since: number;
  by_id: string;
  by_name: string;
  note: string | null;
}

/** One act of an operator, written in the transaction of the act. */
export interface AuditLogRow {
  /** UUIDv7. */
  id: string;
  at: number;
  by_id: string;
  /** As it was at that time. */
  by_name: string;
  act: AuditAct;
  subject: string | null;
  /** JSON object. */
  details: string | null;
  count: number | null;
  note: string | null;
}

/** What an operator does to many tasks, in the background. */
export interface OperationRow {
  /** UUIDv7. */
  id: string;
  kind: OperationKind;
  /** JSON of OperationMatch. */
  match: string;
  total: number;
  done: number;
  skipped: number;
  state: OperationState;
  per_second: number;
  by_id: string;
  by_name: string;
  note: string | null;
  created_at: number;
  finished_at: number | null;
  /** The id of the last task that it is done with; empty before the first. Tasks are taken in the order of their ids. */
  reached: string;
  /** JSON of the ids that are in hand and not counted yet; null between two batches. */
  batch: string | null;
  /** The API instance that does it until then; 0 when none does. */
  claimed_by: string;
  claimed_until: number;
  /** 1 once the parked copies of its tasks are gone. */
  swept: number;
}

export type Database = Kysely<Tables>;
export type Transaction = KyselyTransaction<Tables>;
