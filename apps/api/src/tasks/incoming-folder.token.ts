/** Injects the path of the folder where uploads lie while they are checked; it is there. */
export const INCOMING_FOLDER = Symbol('INCOMING_FOLDER');
