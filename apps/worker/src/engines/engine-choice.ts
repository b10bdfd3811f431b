import type { Engine } from './engine.js';

/** What is asked of an engine. */
export interface LaneRequest {
  taskType: string;
  /** An engine that is not to get it where there is another: it has made nothing good of this photo. */
  avoid?: string;
}

/** What of an engine its choice looks at. */
export type Choosable = Pick<Engine, 'address' | 'isInRotation' | 'can' | 'others' | 'loaded'> & {
  lanes: Pick<Engine['lanes'], 'free' | 'count'>;
};

/**
 * The engine that a task is given to now; undefined where it has to wait. A place to run in comes before one ahead.
 * Among the places to run in: where the model of the task is loaded, then a cold engine, then one whose model another
 * engine has as well, and only then the last that has some other model. Equal ones, and places ahead: the shortest queue.
 *
 * @param model what the task needs (`modelOf`); null for a type that needs none.
 */
export function chooseEngine<E extends Choosable>(
  engines: readonly E[],
  { taskType, avoid }: LaneRequest,
  model: string | null,
): E | undefined {
  const able = engines.filter((engine) => engine.isInRotation && engine.can(taskType));
  const others = able.filter(({ address }) => address !== avoid);
  const candidates = (others.length > 0 ? others : able).filter(({ lanes }) => lanes.free !== null);
  const cost = (engine: E): number[] => {
    const queue = engine.lanes.count + engine.others;
    const affinity = reloadCost(engine, taskType, model, engines);
    return engine.lanes.free === 'running' ? [0, affinity, queue] : [1, queue, affinity];
  };
  return candidates
    .map((engine) => ({ engine, cost: cost(engine) }))
    .sort((a, b) => compare(a.cost, b.cost))[0]?.engine;
}

function reloadCost(
  { loaded, address }: Choosable,
  taskType: string,
  model: string | null,
  all: readonly Choosable[],
): number {
  // A type without a model of its own pushes nothing out.
  if (model === null || loaded?.taskType === taskType) return 0;
  if (loaded === null || loaded.model === null) return 2;
  if (loaded.model === model) return 1;
  const isElsewhere = all.some(
    (other) => other.address !== address && other.isInRotation && other.loaded?.model === loaded.model,
  );
  return isElsewhere ? 3 : 4;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
