import { checkAnswers } from './check-answers.js';
import { checkFigures } from './check-figures.js';
import { checkFiles } from './check-files.js';
import { checkLeftovers } from './check-leftovers.js';
import { checkLine } from './check-line.js';
import { checkLog } from './check-log.js';
import { checkPictures } from './check-pictures.js';
import { checkSteps } from './check-steps.js';
import { checkTasks } from './check-tasks.js';
import type { Expectations, Observation } from './observation.js';
import type { Violation, ViolationKind } from './violation.js';

/** The verdict on one scenario. */
export interface Report {
  ok: boolean;
  tasks: number;
  /** Accepted photos without one final state in the store. */
  lost: number;
  /** Photos with more than one task, and tasks with more than one result. */
  duplicated: number;
  violations: Violation[];
}

const MOST_LINES = 12;
const LOST: readonly ViolationKind[] = ['lost', 'unfinished'];
const DUPLICATED: readonly ViolationKind[] = ['duplicated_task', 'duplicated_result'];

/**
 * Compares what the clients know, the task store, the broker, the files and the event log once all is quiet: every
 * accepted photo has exactly one task, one final state and (where it succeeded) one result, made of that photo; and
 * nothing is left on its way. Pure: it changes nothing and reads nothing but what it is given.
 */
export function check(seen: Observation, expected: Expectations): Report {
  const parts = [
    checkTasks,
    checkPictures,
    checkFiles,
    checkLog,
    checkSteps,
    checkLine,
    checkFigures,
    checkLeftovers,
    checkAnswers,
  ];
  const violations = parts.flatMap((part) => part(seen, expected));
  const count = (kinds: readonly ViolationKind[]) =>
    new Set(violations.filter(({ kind }) => kinds.includes(kind)).map(({ subject }) => subject)).size;
  return {
    ok: violations.length === 0,
    tasks: seen.tasks.length,
    lost: count(LOST),
    duplicated: count(DUPLICATED),
    violations,
  };
}

/** The violations as lines, the first few of them: for assertions, where `[]` is what is wanted. */
export function wrongs({ violations }: Report): string[] {
  const lines = violations
    .slice(0, MOST_LINES)
    .map(({ kind, subject, detail }) => `${kind} ${subject}: ${detail}`);
  return violations.length > MOST_LINES ? [...lines, `and ${violations.length - MOST_LINES} more`] : lines;
}
