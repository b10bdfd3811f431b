import type { Columns } from './find-columns.js';

/** The API's limit for a caller's own name of a photo. */
export const LONGEST_ID = 200;

/** One row of a list that can be used. `row` counts from 1 as a spreadsheet does, the header included. */
export interface IdEntry {
  readonly row: number;
  readonly name: string;
  readonly ownId: string;
}

/** A list as it is meant, and the rows of it that cannot be used. */
export interface IdList {
  readonly entries: readonly IdEntry[];
  /** Rows with a file name and no id, or the other way round. */
  readonly incomplete: readonly number[];
  readonly tooLong: readonly IdEntry[];
  /** File names that are in the list with more than one id: nobody can tell which is right, so none is used. */
  readonly doubledNames: readonly string[];
  /** Ids of more than one file name. They are used: a photo's front and back may well have the same. */
  readonly doubledIds: readonly string[];
}

/** Reads the two columns that are meant. The last part of a path is the file's name. */
export function readIdList(rows: readonly (readonly string[])[], columns: Columns): IdList {
  const incomplete: number[] = [];
  const tooLong: IdEntry[] = [];
  const byName = new Map<string, IdEntry[]>();
  for (const [index, cells] of rows.entries()) {
    if (columns.hasHeader && index === 0) continue;
    const entry = toEntry(cells, columns, index + 1);
    if (entry === null) incomplete.push(index + 1);
    else if (entry.ownId.length > LONGEST_ID) tooLong.push(entry);
    else byName.set(foldName(entry.name), [...(byName.get(foldName(entry.name)) ?? []), entry]);
  }
  const groups = [...byName.values()];
  const isClear = (group: readonly IdEntry[]) => group.every(({ ownId }) => ownId === group[0]!.ownId);
  const entries = groups.filter(isClear).map(([first]) => first!);
  const doubledNames = groups.filter((group) => !isClear(group)).map(([first]) => first!.name);
  return { entries, incomplete, tooLong, doubledNames, doubledIds: doubledIdsOf(entries) };
}

/** The same file on a Mac, on Windows and in a list: composed letters, and no difference by capitals. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function toEntry(cells: readonly string[], { name, ownId }: Columns, row: number): IdEntry | null {
  const [path, id] = [name, ownId].map((column) => (column === null ? '' : (cells[column] ?? '')));
  const file = path!.split(/[\\/]/).at(-1)!.trim();
  return file === '' || id === '' ? null : { row, name: file, ownId: id! };
}

function doubledIdsOf(entries: readonly IdEntry[]): string[] {
  const [seen, doubled] = [new Set<string>(), new Set<string>()];
  for (const { ownId } of entries) (seen.has(ownId) ? doubled : seen).add(ownId);
  return [...doubled];
}
