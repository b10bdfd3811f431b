import type { LocalizedText } from '@app/contracts';
import type { CatalogProblem } from './catalog.errors.js';
import { declareParameters } from './declare-parameters.js';
import { bindParameters } from './bind-parameters.js';
import { splitVersion, versionedKey } from './file-key.js';
import { checkCycles, checkLinks } from './graph-checks.js';
import { findPhotoInput, type FoundNode, type SlotProblem } from './photo-input.js';
import { checkFed, findResultOutput } from './result-output.js';
import { NO_SIDE_FILE, readSideFile, type SideFile } from './side-file.js';
import { resultFacts, type ResultFacts } from './result-facts.js';
import { TaskType } from './task-type.js';
import { checkSizes } from './size-checks.js';
import { nameTaskType } from './type-name.js';
import { readWorkflowGraph, type FileProblem, type WorkflowGraph } from './workflow-graph.js';

/** A file of the workflow folder, parsed. */
export interface ParsedFile {
  file: string;
  content: unknown;
  /** A side file that belongs to another version of the workflow. */
  isInherited?: boolean;
}

/**
 * Makes a task type of a workflow and its side file. What the side file leaves out, or all without one, comes by
 * convention (docs/WORKFLOWS.md). No task type where there is any problem.
 */
export function buildTaskType(
  workflow: ParsedFile,
  side: ParsedFile | 'unreadable' | undefined,
): { taskType: TaskType | null; problems: CatalogProblem[] } {
  const problems: CatalogProblem[] = [];
  const collect = (file: string, found: readonly FileProblem[]): void => {
    problems.push(...found.map(({ pointer, message }) => ({ file, pointer, message })));
  };
  const sideName = typeof side === 'object' ? side.file : workflow.file;
  const graph = readWorkflowGraph(workflow.content);
  if (Array.isArray(graph)) collect(workflow.file, graph);
  else for (const check of [checkLinks, checkCycles]) collect(workflow.file, check(graph));
  const sideFile = typeof side === 'object' ? readSideFile(side.content) : NO_SIDE_FILE;
  if (Array.isArray(sideFile)) collect(sideName, sideFile);
  if (Array.isArray(graph)) return { taskType: null, problems };
  if (side === 'unreadable' || Array.isArray(sideFile)) {
    // A side file that can be read may say what the workflow leaves open.
    collect(
      workflow.file,
      findSlots(graph, NO_SIDE_FILE).problems.filter(({ isOpen }) => !isOpen),
    );
    return { taskType: null, problems };
  }
  const said = typeof side === 'object' && side.isInherited ? withoutOwn(sideFile) : sideFile;
  const { inputId, outputId, problems: slots } = findSlots(graph, said);
  for (const problem of slots) {
    const isSide = problem.pointer === '/input' || problem.pointer === '/output';
    collect(isSide ? sideName : workflow.file, [problem]);
  }
  const declared = declareParameters(graph, said);
  const at = said.parameters === undefined ? workflow.file : sideName;
  collect(workflow.file, declared.problems);
  const { bound, problems: wrong } = bindParameters(graph, declared.parameters, declared.pointerTo);
  collect(at, wrong);
  collect(workflow.file, checkSizes(graph, bound));
  const name = nameTaskType(workflow.file.replace(/\.json$/, ''), graph, said);
  collect(sideName, name.problems);
  if (problems.length > 0 || inputId === null || outputId === null) return { taskType: null, problems };

  const view = {
    type: versionedKey(name.key, name.version),
    version: name.version,
    title: name.title,
    description: said.description ?? describedBy(workflow.file),
    parameters: bound.map(({ spec }) => spec),
    colours: said.result?.colours ?? resultFacts(graph, inputId, outputId).colours,
    queue_timeout_s: said.queueTimeout ?? null,
  };
  const taskType = new TaskType({
    view,
    workflowFile: workflow.file,
    aliases: said.aliases ?? [],
    inputNodeId: inputId,
    outputNodeId: outputId,
    graph,
    parameters: bound,
    runTimeoutMs: said.runTimeout === undefined ? null : said.runTimeout * 1000,
    models: said.models,
    result: definedOf(said.result),
  });
  return { taskType, problems };
}

/** Which node takes the photo and which holds the result; each may help to find the other. */
function findSlots(
  graph: WorkflowGraph,
  { input, output }: SideFile,
): { inputId: string | null; outputId: string | null; problems: SlotProblem[] } {
  const result = findResultOutput(graph, output);
  const outputId = idOf(result);
  const photo = findPhotoInput(graph, input, outputId);
  const inputId = idOf(photo);
  const problems = [photo, result].filter((each): each is SlotProblem => 'message' in each);
  if (inputId !== null && outputId !== null) problems.push(...checkFed(graph, outputId, inputId));
  return { inputId, outputId, problems };
}

function idOf(found: FoundNode): string | null {
  return 'id' in found ? found.id : null;
}

/** What a version takes over from the side file of another one: not what only one of them can be called. */
function withoutOwn({ type, version: _version, aliases: _aliases, title, ...rest }: SideFile): SideFile {
  return {
    ...rest,
    ...(type !== undefined && { type: splitVersion(type).name }),
    ...(title !== undefined && { title }),
  };
}

function describedBy(file: string): LocalizedText {
  return { en: `Runs the ComfyUI workflow ${file}.`, 'zh-CN': `运行 ComfyUI 工作流 ${file}。` };
}

function definedOf(result: SideFile['result'] = {}): Partial<ResultFacts> {
  const { size, colours } = result;
  return { ...(size !== undefined && { size }), ...(colours !== undefined && { colours }) };
}
