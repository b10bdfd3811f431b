import { buildTaskType, type ParsedFile } from './build-task-type.js';
import { Catalog, type CatalogContent } from './catalog.js';
import { CatalogError, type CatalogProblem } from './catalog.errors.js';
import { splitVersion } from './file-key.js';
import type { TaskType } from './task-type.js';
import { readFolder } from './workflow-folder.js';

const SIDE = '.task-type.json';

/**
 * Reads every `*.json` of a folder (not of its subfolders) as a ComfyUI workflow in API format, and beside it the
 * optional `NAME.task-type.json`. Every file that is right is a task type; the problems of all the others are told at once.
 * Synchronous: called at start, before anything listens. Files are read, never written. Does not ask an engine whether it
 * has the nodes (`checkAgainstEngine` does). Never throws for what is in the folder.
 */
export function readCatalog(directory: string): { catalog: Catalog; problems: readonly CatalogProblem[] } {
  const content = readContent(directory, []);
  return { catalog: new Catalog(content), problems: content.problems };
}

/** As `readCatalog`, but throws a `CatalogError` with all problems of all files if there is any. */
export function loadCatalog(directory: string): Catalog {
  const { catalog, problems } = readCatalog(directory);
  if (problems.length > 0) throw new CatalogError(problems);
  return catalog;
}

/**
 * The content of the folder. A file that has become wrong keeps the type that it had `before`, and a key stays with the file
 * that had it, so that a new file cannot take it.
 */
export function readContent(directory: string, before: readonly TaskType[]): CatalogContent {
  const folder = readFolder(directory);
  const problems = [...folder.problems];
  const unread = new Set(problems.map(({ file }) => file));
  const files = [...folder.files.map(({ file }) => file), ...unread].filter((file) => file !== directory);
  const workflows = files.filter((file) => !file.endsWith(SIDE)).sort();
  if (workflows.length === 0) {
    const message = 'there is no workflow in it: save one with "Export (API)" as *.json';
    if (problems.length === 0) problems.push({ file: directory, pointer: '', message });
    // The folder was emptied or has gone: rather a mistake than a wish to do nothing any more.
    return { types: before, problems };
  }
  const read = new Map(folder.files.map((each) => [each.file.normalize('NFC'), each]));
  const built = workflows.flatMap((file): TaskType[] => {
    const earlier = before.find(({ workflowFile }) => workflowFile === file);
    const workflow = folder.files.find((each) => each.file === file);
    const side = sideOf(file, files, read);
    if (workflow === undefined) return earlier ? [earlier] : [];
    const { taskType, problems: found } = buildTaskType(workflow, side);
    problems.push(...found);
    const type = taskType ?? earlier;
    return type ? [type] : [];
  });
  const { types, problems: doubled } = withoutDoubles(built, before);
  problems.push(...doubled, ...ambiguousAliases(types), ...orphans(files));
  return { types, problems: problems.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)) };
}

/** The side file of a workflow; a version without one of its own has that of the file without a version. */
function sideOf(
  workflow: string,
  files: readonly string[],
  read: ReadonlyMap<string, ParsedFile>,
): Parameters<typeof buildTaskType>[1] {
  const base = workflow.normalize('NFC').replace(/\.json$/, '');
  const { name, version } = splitVersion(base);
  for (const each of version === null ? [base] : [base, name]) {
    const file = each + SIDE;
    const found = read.get(file);
    if (found) return { ...found, isInherited: each !== base };
    if (files.some((other) => other.normalize('NFC') === file)) return 'unreadable';
  }
  return undefined;
}

function withoutDoubles(built: readonly TaskType[], before: readonly TaskType[]): CatalogContent {
  const problems: CatalogProblem[] = [];
  const types = new Map<string, TaskType>();
  const hadIt = (type: TaskType): boolean =>
    before.some((old) => old.workflowFile === type.workflowFile && old.view.type === type.view.type);
  for (const type of [...built.filter(hadIt), ...built.filter((each) => !hadIt(each))]) {
    const { workflowFile: file, view } = type;
    const earlier = types.get(view.type);
    if (earlier === undefined) {
      types.set(view.type, type);
      continue;
    }
    const message =
      `gives the task type "${view.type}", which ${earlier.workflowFile} has already: rename the file, ` +
      'or give it another "type" or a "version" in its side file';
    problems.push({ file, pointer: '', message });
  }
  return { types: [...types.values()], problems };
}

/** An alias that is the name of another type, too, would be whichever is found first. */
function ambiguousAliases(types: readonly TaskType[]): CatalogProblem[] {
  return types.flatMap((type) =>
    type.aliases.flatMap((alias) => {
      const other = types.find(
        ({ view, workflowFile, aliases }) =>
          workflowFile !== type.workflowFile &&
          [view.type, workflowFile, workflowFile.replace(/\.json$/, ''), ...aliases].includes(alias),
      );
      if (other === undefined) return [];
      const message = `"${alias}" is a name of ${other.workflowFile}, too; leave it to one of them`;
      return [{ file: type.workflowFile.replace(/\.json$/, SIDE), pointer: '/aliases', message }];
    }),
  );
}

function orphans(files: readonly string[]): CatalogProblem[] {
  const known = new Set(files.map((file) => file.normalize('NFC')));
  const names = files.map((file) => splitVersion(file.normalize('NFC').replace(/\.json$/, '')).name);
  return files
    .filter((file) => file.endsWith(SIDE))
    .filter((file) => {
      const name = file.normalize('NFC').slice(0, -SIDE.length);
      return !known.has(`${name}.json`) && !names.includes(name);
    })
    .map((file) => {
      const workflow = file.replace(SIDE, '.json');
      return { file, pointer: '', message: `belongs to no workflow: ${workflow} is not there` };
    });
}
