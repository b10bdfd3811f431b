import type { Failure } from '@app/contracts';
import type { TaskRow } from '../database/schema.js';

/** What the list in an album's zip says of one photo. */
export interface ManifestRow {
  clientRef: string | null;
  filename: string;
  status: string;
  errorCode: string | null;
  /** The name of its result in the zip; null where there is none. */
  result: string | null;
}

const HEADER = ['client_ref', 'filename', 'status', 'error_code', 'result'];
/** Spreadsheets calculate what begins like this (OWASP, "CSV Injection"), East Asian ones the wide forms too. */
const FORMULA = /^[\s]*[=+\-@\t\r＝＋－＠]/u;
/** Excel takes a file without it for the system's old character set. */
const BYTE_ORDER_MARK = '\uFEFF';

/** Writes the list as CSV (RFC 4180) in UTF-8, for people with a spreadsheet as well as for programs. */
export class Manifest {
  private readonly lines = [toLine(HEADER)];

  add({ clientRef, filename, status, errorCode, result }: ManifestRow): void {
    this.lines.push(toLine([clientRef ?? '', filename, status, errorCode ?? '', result ?? '']));
  }

  toBuffer(): Buffer {
    return Buffer.from(`${BYTE_ORDER_MARK}${this.lines.join('')}`);
  }
}

/** @param result the name of its result; null where there is none. */
export function manifestRowOf(row: TaskRow, result: string | null): ManifestRow {
  const failure = row.failure === null ? null : (JSON.parse(row.failure) as Failure);
  return {
    clientRef: row.client_ref,
    filename: row.filename,
    status: row.state,
    errorCode: failure?.code ?? null,
    result,
  };
}

function toLine(values: readonly string[]): string {
  return `${values.map(toCell).join(',')}\r\n`;
}

/** A quote before a formula makes it a text. */
function toCell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
