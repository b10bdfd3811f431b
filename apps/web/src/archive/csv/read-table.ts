import Papa from 'papaparse';

/** Lists longer than this are no lists of photos. */
export const MOST_LIST_BYTES = 10 * 1024 * 1024;

/** Excel's own line that names the separator. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;
/** What spreadsheets calculate, and what our lists write a quote before (OWASP, "CSV Injection"). */
const QUOTED_FORMULA = /^'(?=\s*[=+\-@＝＋－＠])/u;
/** How Excel is made to keep the zeros of `="007"`. */
const TEXT_FORMULA = /^="((?:[^"]|"")*)"$/;

/** The cells of a list, row by row, without empty rows. */
export function readTable(text: string): string[][] {
  const [line, separator] = SEPARATOR_LINE.exec(text) ?? [];
  const { data } = Papa.parse<string[]>(line === undefined ? text : text.slice(line.length), {
    skipEmptyLines: 'greedy',
    // Semicolons come from Excel where a comma is in the numbers, tabs from a copied table.
    delimitersToGuess: [',', ';', '\t', '|'],
    ...(separator !== undefined && { delimiter: separator }),
  });
  return data.map((row) => row.map(toText));
}

function toText(cell: string): string {
  const text = cell.replaceAll('\u00A0', ' ').trim();
  const kept = TEXT_FORMULA.exec(text);
  return kept ? kept[1]!.replaceAll('""', '"') : text.replace(QUOTED_FORMULA, '');
}
