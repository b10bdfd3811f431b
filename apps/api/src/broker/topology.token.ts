/** Injects the `Topology` of all task types of the catalog. */
export const TOPOLOGY = Symbol('TOPOLOGY');
