import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTaskType, type ParsedFile } from './build-task-type.js';
import { CatalogError, type CatalogProblem } from './catalog.errors.js';
import type { TaskType } from './task-type.js';

const SIDE = '.task-type.json';

/** All task types, by key. Does not change after it was loaded. */
export class Catalog {
  constructor(private readonly byKey: ReadonlyMap<string, TaskType>) {}

  /** In the order of the keys, so that every process lists them alike. */
  types(): TaskType[] {
    return [...this.byKey.values()];
  }

  /** Undefined for a key that no workflow has. */
  get(type: string): TaskType | undefined {
    return this.byKey.get(type);
  }
}

/**
 * Reads every `*.json` of a folder (not of its subfolders) as a ComfyUI workflow in API format, and beside it the
 * optional `NAME.task-type.json` with key, texts, parameters and output. Synchronous: called once at start, before
 * anything listens. Files are read, never written. Throws a `CatalogError` with all problems of all files; an
 * empty folder is one. Does not ask an engine whether it has the nodes.
 */
export function loadCatalog(directory: string): Catalog {
  const problems: CatalogProblem[] = [];
  const names = listJsonFiles(directory);
  const files = new Map<string, ParsedFile>();
  for (const name of names) {
    const parsed = parseFile(directory, name);
    if ('message' in parsed) problems.push(parsed);
    else files.set(name, parsed);
  }
  const byKey = new Map<string, TaskType>();
  for (const name of names.filter((each) => !each.endsWith(SIDE))) {
    const sideName = name.replace(/\.json$/, SIDE);
    const workflow = files.get(name);
    if (!workflow) continue;
    const side = files.get(sideName) ?? (names.includes(sideName) ? 'unreadable' : undefined);
    const built = buildTaskType(workflow, side);
    problems.push(...built.problems);
    if (!built.taskType) continue;
    const { type } = built.taskType.view;
    const earlier = byKey.get(type);
    if (earlier) {
      const message = `gives the task type "${type}", which ${earlier.workflowFile} has already`;
      problems.push({ file: name, pointer: '', message });
    }
    byKey.set(type, built.taskType);
  }
  problems.push(...orphans(names));
  if (problems.length > 0) throw new CatalogError(problems);
  return new Catalog(new Map([...byKey].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function listJsonFiles(directory: string): string[] {
  let names: string[];
  try {
    names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CatalogError([{ file: directory, pointer: '', message: `the folder cannot be read (${why})` }]);
  }
  if (names.some((name) => !name.endsWith(SIDE))) return names;
  throw new CatalogError([
    {
      file: directory,
      pointer: '',
      message: 'there is no workflow in it: save one with "Export (API)" as *.json',
    },
  ]);
}

function parseFile(directory: string, name: string): ParsedFile | CatalogProblem {
  try {
    const text = readFileSync(join(directory, name), 'utf8').replace(/^\uFEFF/, '');
    return { file: name, content: JSON.parse(text) };
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    const why = error instanceof Error ? error.message : String(error);
    return {
      file: name,
      pointer: '',
      message: `${isSyntax ? 'is not valid JSON' : 'cannot be read'} (${why})`,
    };
  }
}

function orphans(names: readonly string[]): CatalogProblem[] {
  return names
    .filter((name) => name.endsWith(SIDE) && !names.includes(name.replace(SIDE, '.json')))
    .map((name) => ({
      file: name,
      pointer: '',
      message: `belongs to no workflow: ${name.replace(SIDE, '.json')} is not there`,
    }));
}
