/** Injects the process's `ApiEnv`. */
export const API_ENV = Symbol('API_ENV');
