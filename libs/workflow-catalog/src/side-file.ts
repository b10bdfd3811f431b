import { localizedTextSchema, taskTypeKeySchema } from '@app/contracts';
import { z } from 'zod';
import { jsonPointer } from './json-pointer.js';
import type { FileProblem } from './workflow-graph.js';

/** Which node a parameter belongs to: the only one of a class, or one by its id. */
const nodeSchema = z.union(
  [z.strictObject({ class_type: z.string().min(1) }), z.strictObject({ id: z.string().min(1) })],
  'says which node: {"class_type": "..."} or {"id": "..."}',
);

const parameterBase = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a parameter name is 1-40 of a-z, 0-9 and _'),
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
  /** The workflow's own value when left out; so too for a choice. */
  default: z.int().optional(),
});

const choiceSchema = parameterBase.extend({
  kind: z.literal('choice'),
  choices: z.array(z.string().min(1).max(200)).min(1),
  /** What the node wants behind the choice, such as `.pth`; people neither see nor have to type it. */
  suffix: z.string().max(40).default(''),
  default: z.string().optional(),
});

const parameterSchema = z.discriminatedUnion('kind', [integerSchema, choiceSchema]);
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

const sideFileSchema = z.strictObject({
  type: taskTypeKeySchema.optional(),
  title: localizedTextSchema.optional(),
  description: localizedTextSchema.optional(),
  parameters: z.array(parameterSchema).default([]),
  /** The id of the SaveImage node that holds the result; needed when there are several. */
  output: z.string().optional(),
  /** How long a task of this type may wait for a worker; the installation's own limit when left out. */
  queueTimeout: timeoutSchema.optional(),
});

/** `NAME.task-type.json`: what people see of `NAME.json`. What it leaves out comes by convention. */
export type SideFile = z.infer<typeof sideFileSchema>;

/** What a workflow without a side file gets. */
export const NO_SIDE_FILE: SideFile = { parameters: [] };

/** Reads the content of a side file; the problems when it is not one. */
export function readSideFile(content: unknown): SideFile | FileProblem[] {
  const parsed = sideFileSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map(({ path, message }) => ({ pointer: jsonPointer(path), message }));
}
