/** The key with which the tests' clients use every API of a system (`OPERATOR_KEY`). */
export const OPERATOR_KEY = 'prk_the-faults-tests-use-this-key-on-loopback-0';

/** The header that carries a key. */
export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

export const AUTHORIZATION = bearer(OPERATOR_KEY);
