import { TASK_TYPE_KEY, type LocalizedText } from '@app/contracts';
import { bilingual } from './bilingual.js';
import { keyOfName, splitVersion } from './file-key.js';
import type { SideFile } from './side-file.js';
import { titleSayings } from './title-words.js';
import { jsonPointer } from './json-pointer.js';
import type { FileProblem, WorkflowGraph } from './workflow-graph.js';

/** What a task type is called. */
export interface TypeName {
  key: string;
  version: number | null;
  title: LocalizedText;
  problems: FileProblem[];
}

/** By the side file, else by the titles of the nodes (`type: old-streets`, `title: Old streets 老街道`), else by the file's name. */
export function nameTaskType(baseName: string, graph: WorkflowGraph, side: SideFile): TypeName {
  const problems: FileProblem[] = [];
  const file = splitVersion(baseName);
  const sayings = titleSayings(graph);
  const typed = sayings.find(({ word }) => word === 'type');
  if (side.type === undefined && typed !== undefined && !TASK_TYPE_KEY.test(typed.text)) {
    problems.push({
      pointer: jsonPointer([typed.nodeId, '_meta', 'title']),
      message: `"${typed.text}" is no task type: it is 1-40 of a-z, 0-9 and -`,
    });
  }
  const said = splitVersion(side.type ?? typed?.text ?? keyOfName(file.name));
  const versions = new Set(
    [file.version, said.version, side.version].filter((each) => typeof each === 'number'),
  );
  if (versions.size > 1) {
    const message = `the file's name, "type" and "version" say different versions: ${[...versions].join(', ')}`;
    problems.push({ pointer: '', message });
  }
  const [version = null] = versions;
  const titled = sayings.find(({ word }) => word === 'title');
  const title = side.title ?? bilingual(titled?.text ?? file.name);
  return { key: said.name, version, title: version === null ? title : withVersion(title, version), problems };
}

/** Two versions may stand side by side in a list. */
function withVersion(title: LocalizedText, version: number): LocalizedText {
  return { en: `${title.en} (${version})`, 'zh-CN': `${title['zh-CN']}（${version}）` };
}
