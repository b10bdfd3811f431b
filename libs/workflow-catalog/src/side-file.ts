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

const sideFileSchema = z.strictObject({
  type: taskTypeKeySchema.optional(),
  title: localizedTextSchema.optional(),
  description: localizedTextSchema.optional(),
  parameters: z.array(parameterSchema).default([]),
  /** The id of the SaveImage node that holds the result; needed when there are several. */
  output: z.string().optional(),
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
