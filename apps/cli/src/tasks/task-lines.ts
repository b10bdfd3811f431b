import type { FailureGroupView, OperatorTaskDetailView, OperatorTaskView } from '@app/contracts';
import { harmless } from '../parking/parked-lines.js';
import { layOut } from '../repair/result-table.js';

const HEAD = ['task', 'type', 'state', 'came', 'attempts', 'owner', 'file', 'reason'];
const FAILURES_HEAD = ['reason', 'photos', 'types', 'first', 'last', 'newest'];
const ATTEMPTS_HEAD = ['attempt', 'worker', 'gpu', 'began', 'ended', 'outcome', 'reason'];
const STEPS_HEAD = ['step', 'when', 'state after it', 'by', 'reason'];

/** A table of tasks. */
export function taskLines(tasks: readonly OperatorTaskView[]): string[] {
  if (tasks.length === 0) return ['No photo matches.'];
  const rows = tasks.map(
    ({ id, type, status, created_at, attempts, owner, filename, error, discarded_at }) => [
      id,
      type,
      discarded_at === null ? status : `${status}, discarded`,
      created_at,
      String(attempts),
      harmless(owner.name || owner.kind),
      harmless(filename),
      error?.code ?? '-',
    ],
  );
  return layOut(HEAD, rows);
}

/** All that is known of one task. */
export function taskDetailLines({
  task,
  owner,
  attempts,
  timeline,
  ...more
}: OperatorTaskDetailView): string[] {
  return [
    `task     ${task.id}`,
    `type     ${task.type}`,
    `state    ${task.status}${more.discarded_at === null ? '' : `, discarded ${more.discarded_at}`}`,
    `file     ${harmless(task.filename)}`,
    `owner    ${harmless(owner.name || owner.kind)} (${owner.id})`,
    `album    ${task.album_id ?? '-'}`,
    `sha256   ${more.sha256}`,
    `trace    ${more.trace_id ?? '-'}`,
    ...(task.error === null ? [] : [`failed   ${task.error.code}: ${harmless(task.error.message)}`]),
    '',
    ...layOut(
      ATTEMPTS_HEAD,
      attempts.map((each) =>
        [each.attempt, each.worker, each.gpu, each.started_at, each.ended_at, each.outcome, each.reason].map(
          cell,
        ),
      ),
    ),
    '',
    ...layOut(
      STEPS_HEAD,
      timeline.map((each) => [each.step, each.at, each.status, each.by, each.reason].map(cell)),
    ),
    '',
    `sent to workers: ${harmless(JSON.stringify(more.payload))}`,
  ];
}

/** A table of reasons for which photos have failed. */
export function failureLines(groups: readonly FailureGroupView[]): string[] {
  if (groups.length === 0) return ['No photo has failed.'];
  const rows = groups.map(({ code, count, types, first_at, last_at, sample_ids }) => [
    code,
    String(count),
    types.join(', '),
    first_at,
    last_at,
    sample_ids[0] ?? '-',
  ]);
  return layOut(FAILURES_HEAD, rows);
}

function cell(value: string | number | null): string {
  return value === null ? '-' : harmless(String(value));
}
