import type { DeliveryAttemptView, DeliveryDetailView, DeliveryView } from '@app/contracts';
import type { DeliveryAttemptRow, DeliveryRow } from '../database/schema.js';
import type { AnswerAddress } from '../tasks/reply-address.js';

/** Shows a delivery to its owner. */
export function toDeliveryView(row: DeliveryRow): DeliveryView {
  return {
    id: row.id,
    webhook_id: `msg_${row.id}`,
    task_id: row.task_id,
    channel: row.channel,
    target: row.channel === 'webhook' ? row.target : (JSON.parse(row.target) as AnswerAddress).replyTo,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    created_at: toIso(row.created_at),
    next_attempt_at: row.next_at === null ? null : toIso(row.next_at),
    delivered_at: row.delivered_at === null ? null : toIso(row.delivered_at),
  };
}

/** With what was tried. */
export function toDeliveryDetail(row: DeliveryRow, log: readonly DeliveryAttemptRow[]): DeliveryDetailView {
  return { ...toDeliveryView(row), log: log.map(toAttemptView) };
}

function toAttemptView({ attempt, at, duration_ms, status, error }: DeliveryAttemptRow): DeliveryAttemptView {
  return { attempt, at: toIso(at), duration_ms, status, error };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
