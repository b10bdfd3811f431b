import { localizedTextSchema, taskTypeKeySchema } from '@app/contracts';
import { z } from 'zod';
import { jsonPointer } from './json-pointer.js';
import type { FileProblem } from './workflow-graph.js';

/** Which node a parameter belongs to: the only one of a class, or one by its id. */
const nodeSchema = z.union(
  [z.strictObject({ class_type: z.string().min(1) }), z.strictObject({ id: z.string().min(1) })],
  'says which node: {"class_type": "..."} or {"id": "..."}',
);

/** What a parameter may be called. */
export const PARAMETER_NAME = /^[a-z][a-z0-9_]{0,39}$/;

const parameterBase = z.strictObject({
  name: z.string().regex(PARAMETER_NAME, 'a parameter name is 1-40 of a-z, 0-9 and _'),
  title: localizedTextSchema,
  node: nodeSchema,
  /** The node's input that takes the value. */
  input: z.string().min(1),
});

const integerSchema = parameterBase.extend({
  kind: z.literal('integer'),
  minimum: z.int(),
  maximum: z.int(),
  snapTo: z.int().positive().default(1),
  /** The workflow's own value when left out; so too for the other kinds. */
  default: z.int().optional(),
});

const numberSchema = parameterBase.extend({
  kind: z.literal('number'),
  minimum: z.number(),
  maximum: z.number(),
  /** Values are moved to the nearest multiple of it; every number between the limits is taken when left out. */
  step: z.number().positive().optional(),
  default: z.number().optional(),
});

const choiceSchema = parameterBase.extend({
  kind: z.literal('choice'),
  choices: z.array(z.string().min(1).max(200)).min(1),
  /** What the node wants behind the choice, such as `.pth`; people neither see nor have to type it. */
  suffix: z.string().max(40).default(''),
  /** Other spellings that are taken for a choice: `{"ddcolor-imagenet": "ddcolor_paper"}`. */
  aliases: z.record(z.string().min(1).max(200), z.string()).default({}),
  default: z.string().optional(),
});

const booleanSchema = parameterBase.extend({
  kind: z.literal('boolean'),
  default: z.boolean().optional(),
});

/** A parameter as a side file has it; one from a title has to be like it. */
export const parameterSchema = z.discriminatedUnion('kind', [
  integerSchema,
  numberSchema,
  choiceSchema,
  booleanSchema,
]);
export type DeclaredParameter = z.infer<typeof parameterSchema>;

const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** The broker counts a message's time in 32 bits of milliseconds, which is 49 days. */
const LONGEST_TIMEOUT_S = 30 * 24 * 3600;

/** A duration as in the settings (`90s`, `5m`), in seconds; `0` or `0s` is no limit at all. */
const timeoutSchema = z
  .string()
  .regex(/^(0|\d+(\.\d+)?(ms|s|m|h))$/, 'must be a duration with a unit, like 300s or 5m, or 0 for no limit')
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] ?? 's';
    return (Number.parseFloat(text) * MS_PER_UNIT[unit as keyof typeof MS_PER_UNIT]) / 1000;
  })
  .refine((seconds) => seconds <= LONGEST_TIMEOUT_S, 'must be at most 720h (30 days), or 0 for no limit');

const resultSchema = z.strictObject({
  size: z
    .union([z.enum(['same', 'any']), z.strictObject({ scale: z.number().positive() })], {
      error: 'is "same", "any" or {"scale": 2}',
    })
    .optional(),
  colours: z.boolean().optional(),
});

const sideFileSchema = z.strictObject({
  type: taskTypeKeySchema.optional(),
  /** Gives the key `type@version`. */
  version: z.int().min(1).max(999).optional(),
  title: localizedTextSchema.optional(),
  description: localizedTextSchema.optional(),
  /** All parameters there are; those that the workflow itself gives when left out. */
  parameters: z.array(parameterSchema).optional(),
  /** The id of the LoadImage node that takes the photo; needed when several could. */
  input: z.string().optional(),
  /** The id of the SaveImage node that holds the result; needed when several could. */
  output: z.string().optional(),
  /** Other names by which programs ask for the type. */
  aliases: z.array(z.string().min(1).max(200)).optional(),
  /** The model files it works with; those in the workflow's inputs when left out. */
  models: z.array(z.string().min(1)).optional(),
  result: resultSchema.optional(),
  /** How long a task of this type may wait for a worker; the installation's own limit when left out. */
  queueTimeout: timeoutSchema.optional(),
  /** How long one run may take; the worker's own limit when left out. */
  runTimeout: timeoutSchema.refine((seconds) => seconds > 0, 'must be longer than nothing').optional(),
});

/** `NAME.task-type.json`: what people see of `NAME.json`. What it leaves out comes by convention. */
export type SideFile = z.infer<typeof sideFileSchema>;

/** What a workflow without a side file gets. */
export const NO_SIDE_FILE: SideFile = {};

/** Reads the content of a side file; the problems when it is not one. */
export function readSideFile(content: unknown): SideFile | FileProblem[] {
  const parsed = sideFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => ({ pointer: jsonPointer(path), message }));
}
