import type { z } from 'zod';

/** Our bodies are about 1 KB; far above that it is not ours, and parsing it would only cost time. */
const MOST_BYTES = 64 * 1024;

/** The value in a message body, or what is wrong with it as a short phrase (at most 500 characters). Never throws. */
export function decodeJson<T>(
  body: Buffer,
  schema: z.ZodType<T>,
): { ok: true; value: T } | { ok: false; problem: string } {
  if (body.length > MOST_BYTES) return { ok: false, problem: `it has ${body.length} bytes` };
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return { ok: false, problem: 'it is not JSON' };
  }
  const version: unknown =
    typeof json === 'object' && json !== null ? Reflect.get(json, 'version') : undefined;
  if (typeof version === 'number' && version !== 1) {
    return { ok: false, problem: `it has the version ${version}, this program knows 1` };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  return { ok: false, problem: problems.join('; ').slice(0, 500) };
}
