/** Injects the workflow catalog. */
export const CATALOG = Symbol('CATALOG');
