import { taskTypeKeySchema, type LocalizedText } from '@app/contracts';
import { bindParameters } from './bind-parameters.js';
import type { CatalogProblem } from './catalog.errors.js';
import { checkCycles, checkImageSlot, checkLinks, checkOutputs, nodesOfClass } from './graph-checks.js';
import { NO_SIDE_FILE, readSideFile, type SideFile } from './side-file.js';
import { TaskType } from './task-type.js';
import { readWorkflowGraph, type FileProblem, type WorkflowGraph } from './workflow-graph.js';

const GRAPH_CHECKS = [checkLinks, checkImageSlot, checkOutputs, checkCycles];

/** A file of the workflow folder, parsed. */
export interface ParsedFile {
  file: string;
  content: unknown;
}

/**
 * Makes a task type of a workflow and its side file. What the side file leaves out, or all without one, comes by
 * convention: the key from the file's name (`Old Streets.json` is `old-streets`; a name without Latin letters
 * gives none), the title is the file's name, the description names the file, and there are no parameters.
 */
export function buildTaskType(
  workflow: ParsedFile,
  side: ParsedFile | 'unreadable' | undefined,
): { taskType: TaskType | null; problems: CatalogProblem[] } {
  const problems: CatalogProblem[] = [];
  const collect = (file: string, found: FileProblem[]): void => {
    problems.push(...found.map((problem) => ({ file, ...problem })));
  };
  const sideName = typeof side === 'object' ? side.file : workflow.file;
  const graph = readWorkflowGraph(workflow.content);
  if (Array.isArray(graph)) collect(workflow.file, graph);
  else for (const check of GRAPH_CHECKS) collect(workflow.file, check(graph));
  const sideFile = typeof side === 'object' ? readSideFile(side.content) : NO_SIDE_FILE;
  if (Array.isArray(sideFile)) collect(sideName, sideFile);
  // What follows would only be consequences of what is wrong already.
  if (side === 'unreadable' || Array.isArray(graph) || Array.isArray(sideFile))
    return { taskType: null, problems };

  const baseName = workflow.file.replace(/\.json$/, '');
  const type = sideFile.type ?? keyFromName(baseName);
  if (type === null) collect(workflow.file, [{ pointer: '', message: needsKey(baseName) }]);
  const outputNodeId = findOutput(graph, sideFile, (found) => collect(sideName, found));
  const { bound, problems: parameterProblems } = bindParameters(graph, sideFile.parameters);
  collect(sideName, parameterProblems);
  if (problems.length > 0 || type === null || outputNodeId === null) return { taskType: null, problems };

  const view = {
    type,
    title: sideFile.title ?? inBoth(baseName, baseName),
    description:
      sideFile.description ??
      inBoth(`Runs the ComfyUI workflow ${workflow.file}.`, `运行 ComfyUI 工作流 ${workflow.file}。`),
    parameters: bound.map(({ spec }) => spec),
    queue_timeout_s: sideFile.queueTimeout ?? null,
  };
  return { taskType: new TaskType(view, workflow.file, outputNodeId, graph, bound), problems };
}

function keyFromName(baseName: string): string | null {
  const key = baseName.toLowerCase().replaceAll(/[\s_-]+/g, '-');
  return taskTypeKeySchema.safeParse(key).success ? key : null;
}

function needsKey(baseName: string): string {
  return (
    `the file's name gives no task type key (1-40 of a-z, 0-9 and -): put a file "${baseName}.task-type.json" ` +
    'beside it with {"type": "some-key"}'
  );
}

function inBoth(en: string, zhCn: string): LocalizedText {
  return { en, 'zh-CN': zhCn };
}

/** The declared output, or the only SaveImage node; a graph without one has been reported already. */
function findOutput(
  graph: WorkflowGraph,
  sideFile: SideFile,
  report: (problems: FileProblem[]) => void,
): string | null {
  const outputs = nodesOfClass(graph, 'SaveImage');
  const output = sideFile.output;
  if (output !== undefined) {
    if (outputs.includes(output)) return output;
    report([{ pointer: '/output', message: `node "${output}" is not a SaveImage node of the workflow` }]);
    return null;
  }
  if (outputs.length > 1) {
    const message = `there are SaveImage nodes ${outputs.join(', ')}: name the result's in the side file ("output")`;
    report([{ pointer: '', message }]);
  }
  return outputs.length === 1 ? (outputs[0] ?? null) : null;
}
