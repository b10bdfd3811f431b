import type { Expectations, Observation } from './observation.js';
import type { Violation } from './violation.js';

/** What is still somewhere on its way although all is quiet. */
export function checkLeftovers(seen: Observation, expected: Expectations): Violation[] {
  const states = new Map(seen.tasks.map(({ id, state }) => [id, state]));
  // Whose owner asked for it once more; what was parked of it before is the operators' to clear away.
  const retried = new Set(seen.steps.filter(({ step }) => step === 'retried').map(({ taskId }) => taskId));
  const violations: Violation[] = [];
  const add = (subject: string, detail: string) => violations.push({ kind: 'leftover', subject, detail });

  if (seen.notSent > 0) add('waiting tasks not sent', `${seen.notSent} rows`);
  if (seen.notDelivered > 0) add('outcomes not delivered', `${seen.notDelivered} rows`);
  for (const { queue, ready, unacked } of seen.queues) {
    if (ready + unacked > 0) add(queue, `${ready} ready, ${unacked} unacknowledged`);
  }
  for (const { messageId, reason } of seen.parked) {
    if (expected.expectedParked.includes(messageId)) continue;
    const state = states.get(messageId);
    if (state !== 'failed' && !retried.has(messageId))
      add('parking', `'${messageId}' (${reason}), whose task is ${state ?? 'unknown'}`);
  }
  return violations;
}
