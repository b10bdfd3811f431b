import type { ArtifactRef, ParameterAdjustment, ParameterValues } from '@app/contracts';
import type { TraceContext } from '@app/runtime';
import type { TaskRow } from '../database/schema.js';
import type { ReplyAddress } from './reply-address.js';

/** What is known of a task when it is made. */
export interface NewTask {
  id: string;
  type: string;
  ownerId: string;
  /** Null for a photo on its own. */
  albumId: string | null;
  /** 0 to 9. */
  priority: number;
  /** Its fair turn (`Line.join`). */
  turn: number;
  filename: string;
  clientRef: string | null;
  original: ArtifactRef;
  parameters: ParameterValues;
  adjusted: ParameterAdjustment[];
  /** Epoch milliseconds, as are all times. */
  createdAt: number;
  /** Null where it may wait for ever. */
  deadlineAt: number | null;
  expiresAt: number;
  idempotencyKey: string | null;
  /** Where its outcome goes beside its owner's own webhook. */
  callbackUrl?: string | null;
  reply?: ReplyAddress | null;
  /** See `TaskRow.fingerprint`. */
  fingerprint?: string | null;
  /** See `TaskRow.traceparent`. */
  trace?: TraceContext;
}

/** The row of a new task; `albumIndex` is null without an album. */
export function toRow(task: NewTask, albumIndex: number | null): TaskRow {
  return {
    id: task.id,
    type: task.type,
    state: 'queued',
    priority: task.priority,
    owner_id: task.ownerId,
    album_id: task.albumId,
    album_index: albumIndex,
    client_ref: task.clientRef,
    filename: task.filename,
    parameters: JSON.stringify(task.parameters),
    adjusted: task.adjusted.length === 0 ? null : JSON.stringify(task.adjusted),
    original: JSON.stringify(task.original),
    result: null,
    engine: null,
    failure: null,
    failure_code: null,
    sha256: task.original.sha256,
    discarded_at: null,
    attempts: 0,
    run: 0,
    seq: 1,
    created_at: task.createdAt,
    queued_at: task.createdAt,
    started_at: null,
    finished_at: null,
    deadline_at: task.deadlineAt,
    expires_at: task.expiresAt,
    retry_at: null,
    idempotency_key: task.idempotencyKey,
    turn: task.turn,
    dispatched: null,
    sent_class: null,
    claimed_until: 0,
    again: 0,
    estimate_from: null,
    estimate_to: null,
    callback_url: task.callbackUrl ?? null,
    reply: task.reply == null ? null : JSON.stringify(task.reply),
    fingerprint: task.fingerprint ?? null,
    traceparent: task.trace?.traceparent ?? null,
    tracestate: task.trace?.tracestate ?? null,
  };
}
