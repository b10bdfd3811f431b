import { classParameters } from './class-parameters.js';
import { inputPointer } from './graph-checks.js';
import { jsonPointer } from './json-pointer.js';
import type { DeclaredParameter, SideFile } from './side-file.js';
import { readTitleParameter } from './title-parameter.js';
import { titleSayings } from './title-words.js';
import type { FileProblem, WorkflowGraph } from './workflow-graph.js';

/** The parameters of a type, and where a member of one is written. */
export interface DeclaredParameters {
  parameters: readonly DeclaredParameter[];
  pointerTo: (index: number, member: string) => string;
  problems: FileProblem[];
}

/** Those of the side file, or else those that the titles of nodes (`param: …`) and their classes give. */
export function declareParameters(graph: WorkflowGraph, side: SideFile): DeclaredParameters {
  if (side.parameters !== undefined) {
    const pointerTo = (index: number, member: string): string => jsonPointer(['parameters', index, member]);
    return { parameters: side.parameters, pointerTo, problems: [] };
  }
  const problems: FileProblem[] = [];
  const titled = titleSayings(graph).flatMap(({ nodeId, word, text }) => {
    const node = graph[nodeId];
    if (word !== 'param' || node === undefined) return [];
    const read = readTitleParameter(text, nodeId, node);
    if (typeof read !== 'string') return [read];
    problems.push({ pointer: jsonPointer([nodeId, '_meta', 'title']), message: read });
    return [];
  });
  const byClass = classParameters(graph).filter(
    (known) => !titled.some((each) => idOf(each) === idOf(known) && each.input === known.input),
  );
  const parameters = [...byClass, ...titled];
  const pointerTo = (index: number): string => {
    const { input, ...parameter } = parameters[index]!;
    const id = idOf(parameter);
    return index < byClass.length ? inputPointer(id, input) : jsonPointer([id, '_meta', 'title']);
  };
  return { parameters, pointerTo, problems };
}

function idOf({ node }: Pick<DeclaredParameter, 'node'>): string {
  return 'id' in node ? node.id : node.class_type;
}
