import { decodeText, type Encoding } from './decode-text.js';
import { findColumns, type Columns } from './find-columns.js';
import { MOST_LIST_BYTES, readTable } from './read-table.js';

/** Why a file cannot be a list. */
export type ListTrouble = 'is_workbook' | 'too_large' | 'unreadable' | 'empty';

/** A list that somebody chose. `bytes` are kept to read it in another encoding. */
export interface OpenedList {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  readonly rows: readonly (readonly string[])[];
  readonly columns: Columns;
}

/** Reads the file that somebody chose for a list. */
export async function openList(file: File): Promise<OpenedList | ListTrouble> {
  if (file.size > MOST_LIST_BYTES) return 'too_large';
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    // Moved, or on a drive that is gone: browsers say no more.
    return 'unreadable';
  }
  if (isWorkbook(bytes)) return 'is_workbook';
  return readList(file.name, bytes);
}

/** Reads the same list once more, as a person says. */
export function readList(name: string, bytes: Uint8Array, as?: Encoding): OpenedList | 'empty' {
  const { text, encoding } = decodeText(bytes, as);
  const rows = readTable(text);
  return rows.length === 0 ? 'empty' : { name, bytes, encoding, rows, columns: findColumns(rows) };
}

/** `.xlsx` is a zip, `.xls` an OLE file. */
function isWorkbook([first, second, third, fourth]: Uint8Array): boolean {
  const isZip = first === 0x50 && second === 0x4b && third === 0x03 && fourth === 0x04;
  return isZip || (first === 0xd0 && second === 0xcf && third === 0x11 && fourth === 0xe0);
}
