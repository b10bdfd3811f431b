/** Injects the process's `BridgeEnv`. */
export const BRIDGE_ENV = Symbol('BRIDGE_ENV');
/** Injects the process's pino logger. */
export const LOGGER = Symbol('LOGGER');
/** Injects the queue topology. */
export const TOPOLOGY = Symbol('TOPOLOGY');
