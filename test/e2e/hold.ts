import { expect } from 'vitest';

/**
 * Begins no photo of these types until the returned function is called, so that what waits in line stays there for as long
 * as a test looks at it. To be called with an operator's key.
 */
export async function holdTypes(
  url: string,
  key: string,
  types: readonly string[],
): Promise<() => Promise<void>> {
  const tellAll = async (method: string) => {
    const headers = { authorization: `Bearer ${key}` };
    for (const type of types) {
      const answer = await fetch(`${url}/v1/admin/pauses/types/${type}`, { method, headers });
      expect(answer.ok).toBe(true);
    }
  };
  await tellAll('PUT');
  return () => tellAll('DELETE');
}
