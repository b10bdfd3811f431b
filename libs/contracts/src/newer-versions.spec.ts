import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import * as contracts from './index.js';
import { SAMPLE_CONTRACTS, SAMPLE_RESULT, SAMPLE_STARTED } from './sample-contracts.js';

/** What crosses between programs of two versions while one is replaced by the other, and what one has left for the next. */
const SCHEMAS = Object.entries(contracts).filter(([, value]) => value instanceof z.ZodType) as [
  string,
  z.ZodType,
][];

/** Schemas of single words and numbers, and of what is itself a part of a sample. */
const PARTS = [
  'artifactRefSchema',
  'engineFileSchema',
  'engineRefSchema',
  'exportedPictureSchema',
  'failureSchema',
  'localizedTextSchema',
  'parameterValuesSchema',
  'taskTypeKeySchema',
];

/** Parameters are named by workflows: one more there is one more parameter. */
const OPEN = new Set(['parameters']);

/** The value with a field that this version does not know in it, once for each object within. */
function* withMore(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { ...value, brandNew: { at: 1 } };
  for (const [name, member] of Object.entries(value)) {
    if (OPEN.has(name)) continue;
    for (const more of withMore(member)) {
      yield Array.isArray(value)
        ? value.map((each: unknown, index) => (String(index) === name ? more : each))
        : { ...value, [name]: more };
    }
  }
}

describe('what another version reads', () => {
  it('is all here', () => {
    expect(SCHEMAS.map(([name]) => name).toSorted()).toEqual(
      [...Object.keys(SAMPLE_CONTRACTS), ...PARTS].toSorted(),
    );
  });

  const rows = Object.entries(SAMPLE_CONTRACTS).flatMap(([name, samples]) =>
    samples.map((sample, index) => [name, index, sample] as const),
  );
  it.each(rows)('%s passes over fields that a newer version has added (%i)', (name, _index, sample) => {
    const schema = SCHEMAS.find(([each]) => each === name)![1];
    expect(schema.parse(sample)).toEqual(sample);
    const newer = [...withMore(sample)];
    expect(newer.length).toBeGreaterThan(0);
    for (const each of newer) expect(schema.parse(each)).toEqual(sample);
  });

  it('would show a schema that refuses them, wherever it stands', () => {
    const strict = z.object({ a: z.array(z.union([z.string(), z.strictObject({ b: z.number() })])) });
    const [top, inner] = [...withMore({ a: ['x', { b: 1 }] })];
    expect(strict.safeParse(top).success).toBe(true);
    expect(strict.safeParse(inner).success).toBe(false);
  });
});

describe('a word that only a newer version knows', () => {
  const event = (more: object): object => ({ ...SAMPLE_STARTED, ...more });
  const failure = { code: 'melted', message: 'The GPU has melted.' };

  it.each<[string, object, object]>([
    ['a code of a failure', { kind: 'failed', failure }, { failure: { ...failure, code: 'unknown' } }],
    [
      'an engine',
      {
        kind: 'succeeded',
        result: SAMPLE_RESULT,
        engine: { name: 'loom', version: '2', colouring: 'woven' },
      },
      { engine: { name: 'unknown', version: '2' } },
    ],
    ['a reason', { kind: 'requeued', reason: 'moved_house' }, { reason: 'worker_stopping' }],
    [
      'a stage',
      { kind: 'progress', progress: { stage: 'framing', percent: 4 } },
      { progress: { stage: 'running', percent: 4 } },
    ],
  ])('loses no event: %s', (_what, more, expected) => {
    expect(contracts.taskEventSchema.parse(event(more))).toMatchObject(expected);
  });

  it.each([{ code: 7 }, { code: 'x'.repeat(101) }, {}])('is a word: %j', (wrong) => {
    expect(contracts.failureSchema.safeParse({ message: '', ...wrong }).success).toBe(false);
  });

  it('is refused as a kind', () => {
    expect(contracts.taskEventSchema.safeParse(event({ kind: 'framed' })).success).toBe(false);
  });
});
