/** Injects the process's `WorkerEnv`. */
export const WORKER_ENV = Symbol('WORKER_ENV');
/** Injects the process's pino logger. */
export const LOGGER = Symbol('LOGGER');
/** Injects the workflow catalog. */
export const CATALOG = Symbol('CATALOG');
/** Injects the queue topology of the task types that this worker takes. */
export const TOPOLOGY = Symbol('TOPOLOGY');
