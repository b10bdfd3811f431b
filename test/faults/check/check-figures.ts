import { isFinalState } from '@app/contracts';
import { grouped } from './grouped.js';
import type { Observation } from './observation.js';
import type { Violation } from './violation.js';

type Counts = ReadonlyMap<string, number>;

/** What the metrics of the APIs say against the store. */
export function checkFigures(seen: Observation): Violation[] {
  const { figures, tasks, steps } = seen;
  const [first, ...others] = figures;
  if (!first) return [];
  // Where several share a database, each shows what it has counted a minute ago.
  const inState = others.length === 0 ? compare('in state', first.inState, countBy(tasks, nameOf)) : [];
  // Counters begin anew with their process, and an erased task is no more in the store.
  const isAll = figures.every(({ isWhole }) => isWhole) && !seen.submissions.some(({ erased }) => erased);
  if (!isAll) return inState;
  const types = new Map(tasks.map(({ id, type }) => [id, type]));
  const ends = [...grouped(steps, ({ taskId }) => taskId).values()].flatMap((ofTask) =>
    ofTask.filter(({ state }, at) => isFinalState(state) && !isFinalState(ofTask[at - 1]?.state ?? 'queued')),
  );
  const finished = countBy(ends, ({ taskId, state }) => nameOf({ type: types.get(taskId) ?? '?', state }));
  return [
    ...inState,
    ...compare(
      'submitted',
      sum(figures.map((each) => each.submitted)),
      countBy(tasks, ({ type }) => type),
    ),
    ...compare('finished', sum(figures.map((each) => each.finished)), finished),
  ];
}

function nameOf({ type, state }: { type: string; state: string }): string {
  return `${type} ${state}`;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Counts {
  return new Map([...grouped(items, keyOf)].map(([key, group]) => [key, group.length]));
}

function sum(counts: readonly Counts[]): Counts {
  const total = new Map<string, number>();
  for (const [name, count] of counts.flatMap((each) => [...each]))
    total.set(name, (total.get(name) ?? 0) + count);
  return total;
}

function compare(what: string, told: Counts, stored: Counts): Violation[] {
  return [...new Set([...told.keys(), ...stored.keys()])].flatMap((name): Violation[] => {
    const [said, is] = [told.get(name) ?? 0, stored.get(name) ?? 0];
    if (said === is) return [];
    const detail = `the metrics say ${said}, the store ${is}`;
    return [{ kind: 'metrics_disagree', subject: `${what}: ${name}`, detail }];
  });
}
