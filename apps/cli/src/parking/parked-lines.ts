import type { ParkedTask } from '@app/messaging';
import { layOut } from '../repair/result-table.js';

const HEAD = ['task', 'type', 'parked at', 'by', 'attempts', 'reason'];

/** A table of parked messages, then why each was parked. */
export function parkedLines(parked: readonly ParkedTask[]): string[] {
  const rows = parked.map(({ taskId, taskType, parkedAt, parkedBy, attempts, reason }) =>
    [taskId, taskType, parkedAt, parkedBy, attempts, reason].map((value) => harmless(String(value ?? '-'))),
  );
  const errors = parked.flatMap(({ taskId, error }) =>
    error === null ? [] : [`${taskId ?? '-'}: ${harmless(error)}`],
  );
  return [...layOut(HEAD, rows), '', ...errors];
}

/** Anybody may have written what is in a message, and a terminal obeys some characters. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}
