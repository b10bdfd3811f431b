import { z } from 'zod';
import { jsonPointer } from './json-pointer.js';

/** A problem inside one file. */
export interface FileProblem {
  pointer: string;
  message: string;
}

/** An input of a node: a literal, or a link `[node id, output slot]`. ComfyUI reads every array as a link. */
export type WorkflowInput = string | number | boolean | null | [string, number] | { [key: string]: unknown };

/** One node of a workflow, as the ComfyUI editor exports it. */
export interface WorkflowNode {
  class_type: string;
  inputs: Record<string, WorkflowInput>;
  _meta?: { title?: string };
}

/** A ComfyUI workflow in API format ("Export (API)"): node id -> node. */
export type WorkflowGraph = Record<string, WorkflowNode>;

const linkMessage = 'must be a link: [node id as text, output number]';
const inputSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.tuple([z.string(), z.number().int().nonnegative()], linkMessage),
  z.record(z.string(), z.unknown()),
]);

const graphSchema = z
  .record(
    z.string(),
    z.looseObject({
      class_type: z.string('a node needs a class_type').min(1, 'a node needs a class_type'),
      inputs: z.record(z.string(), inputSchema, 'a node needs inputs (an object)'),
      _meta: z.looseObject({ title: z.string().optional() }).optional(),
    }),
    'a workflow is an object of nodes by id',
  )
  .refine((graph) => Object.keys(graph).length > 0, 'the workflow has no nodes');

const EDITOR_FORMAT =
  'this is the editor\'s format, which a ComfyUI server does not run; save it with "Export (API)" instead';

/** Reads the content of a workflow file; the problems when it is not a graph in API format. */
export function readWorkflowGraph(content: unknown): WorkflowGraph | FileProblem[] {
  if (isEditorFormat(content)) return [{ pointer: '', message: EDITOR_FORMAT }];
  const parsed = graphSchema.safeParse(content);
  if (parsed.success) return content as WorkflowGraph;
  return parsed.error.issues.map(({ path, message }) => {
    const isInput = path.length > 2 && path[1] === 'inputs';
    return { pointer: jsonPointer(path), message: isInput ? linkMessage : message };
  });
}

function isEditorFormat(content: unknown): boolean {
  return (
    typeof content === 'object' && content !== null && 'nodes' in content && Array.isArray(content.nodes)
  );
}
