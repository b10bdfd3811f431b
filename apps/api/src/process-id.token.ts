/** Injects the id of this API instance (a UUID): by it instances know what they have told themselves. */
export const PROCESS_ID = Symbol('PROCESS_ID');
