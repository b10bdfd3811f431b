import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ParsedFile } from './build-task-type.js';
import type { CatalogProblem } from './catalog.errors.js';

/** The files of a workflow folder, read and parsed. */
export interface FolderContent {
  files: readonly ParsedFile[];
  /** What could not be read or parsed. */
  problems: readonly CatalogProblem[];
}

/** Reads every `*.json` of a folder, not of its subfolders; a folder that cannot be read is a problem. */
export function readFolder(directory: string): FolderContent {
  const listed = listFiles(directory);
  if ('message' in listed) return { files: [], problems: [listed] };
  const read = listed.names.map((name) => parseFile(directory, name));
  return {
    files: read.filter((each): each is ParsedFile => 'content' in each),
    problems: read.filter((each): each is CatalogProblem => 'message' in each),
  };
}

/** A text that differs when a file was added, taken away or written to. */
export function folderFingerprint(directory: string): string {
  const listed = listFiles(directory);
  if ('message' in listed) return listed.message;
  const states = listed.names.map((name) => {
    const state = statSync(join(directory, name), { throwIfNoEntry: false });
    return [name, state?.mtimeMs, state?.size, state?.ino];
  });
  return JSON.stringify(states);
}

function listFiles(directory: string): { names: string[] } | CatalogProblem {
  try {
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
    return { names };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { file: directory, pointer: '', message: `the folder cannot be read (${why})` };
  }
}

function parseFile(directory: string, file: string): ParsedFile | CatalogProblem {
  try {
    const text = readFileSync(join(directory, file), 'utf8').replace(/^\uFEFF/, '');
    return { file, content: JSON.parse(text) };
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    const why = error instanceof Error ? error.message : String(error);
    return { file, pointer: '', message: `${isSyntax ? 'is not valid JSON' : 'cannot be read'} (${why})` };
  }
}
