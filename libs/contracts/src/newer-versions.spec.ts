import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from './index.js';

/** What crosses between programs of two versions while one is replaced by the other, and what one has left for the next. */
const SCHEMAS = Object.entries(contracts).filter(([, value]) => value instanceof z.ZodType) as [
  string,
  z.ZodType,
][];

/** Everything within a schema, itself first. */
function* within(schema: z.ZodType): Generator<z.ZodType> {
  yield schema;
  for (const value of Object.values(schema.def)) {
    const parts =
      value instanceof z.ZodType ? [value] : typeof value === 'object' ? Object.values(value ?? {}) : [];
    for (const part of parts) if (part instanceof z.ZodType) yield* within(part);
  }
}

describe('what another version reads', () => {
  it('is there', () => expect(SCHEMAS.length).toBeGreaterThan(10));

  it.each(SCHEMAS)('%s passes over fields that a newer version has added', (_name, schema) => {
    const objects = [...within(schema)].filter((part) => part instanceof z.ZodObject);
    expect(objects.filter(({ def }) => def.catchall instanceof z.ZodNever)).toEqual([]);
  });

  it('would show a schema that refuses them, wherever it stands', () => {
    const strict = z.object({
      a: z.array(z.union([z.string(), z.strictObject({ b: z.number() })])).nullable(),
    });
    const objects = [...within(strict)].filter((part) => part instanceof z.ZodObject);
    expect(objects.some(({ def }) => def.catchall instanceof z.ZodNever)).toBe(true);
  });
});
