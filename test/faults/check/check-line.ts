import type { Expectations, Observation, StoredTask } from './observation.js';
import type { Violation } from './violation.js';

/** The line of each API against the store, and whether it kept workers busy. */
export function checkLine(seen: Observation, expected: Expectations): Violation[] {
  const waiting = waitingIn(seen.tasks);
  const lines = seen.inLine
    .filter((line) => line.waiting !== waiting)
    .map(({ api, waiting: said }): Violation => {
      const detail = `${said} wait in its line, ${waiting} in the store`;
      return { kind: 'line_disagrees', subject: api, detail };
    });
  const idle = seen.idleWaits.flatMap(({ taskId, from, to }): Violation[] => {
    const ms = to - Math.max(from, expected.faultsEndedAt);
    if (ms <= expected.mostIdleMs) return [];
    const detail = `waited for ${ms} ms while a worker had nothing to do, ${expected.mostIdleMs} at most`;
    return [{ kind: 'idle', subject: taskId, detail }];
  });
  return [...lines, ...idle];
}

/** How many stand in line by what the store says. */
export function waitingIn(tasks: readonly StoredTask[]): number {
  return tasks.filter(({ state, retryAt }) => state === 'queued' && retryAt === null).length;
}
