/** What is known of a task type at one moment. */
export interface TypeLook {
  type: string;
  /** Photos that a worker could begin. */
  inLine: number;
  paused: boolean;
  /** Workers that take it. */
  workers: number;
  /** How long a photo that comes at this moment would wait at most, probably; null where nobody can tell. */
  waitMs: number | null;
}

/** A worker process that the API has heard of lately. */
export interface SeenWorker {
  name: string;
  /** It runs a task, or holds one for later. */
  busy: boolean;
  /** It was asked to stop and takes nothing any more. */
  stopping: boolean;
  /** Its machine is about to be taken away. */
  leaving: boolean;
  /** It takes nothing for now. */
  closed: boolean;
  /** Addresses without credentials. */
  engines: string[];
}

/** The system at one moment, as the API tells it. */
export interface Look {
  types: TypeLook[];
  workers: SeenWorker[];
  /** Names of workers that an operator has paused, whether they run or not. */
  pausedWorkers: ReadonlySet<string>;
}
