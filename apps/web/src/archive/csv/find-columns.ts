/** Which columns of a list are meant, by their number from 0; null where nobody knows yet. */
export interface Columns {
  readonly name: number | null;
  readonly ownId: number | null;
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
}

/** The likeliest first. Compared without case, spaces, `_` and `-`. */
const NAMES = [
  'filename',
  'file',
  'originalfilename',
  'image',
  'photo',
  'scan',
  '文件名',
  '文件名称',
  '原文件名',
  '文件',
  '照片',
  '图片',
  'name',
];
const OWN_IDS = [
  'clientref',
  'id',
  'ownid',
  'identifier',
  'ref',
  'reference',
  'accessionnumber',
  'inventorynumber',
  'callnumber',
  'shelfmark',
  'number',
  'no',
  '编号',
  '档号',
  '馆藏号',
  '登记号',
  '藏品编号',
  '照片编号',
];

const FILE_NAME = /\.(?:jpe?g|png|bmp|tiff?|webp|heic|gif)$/i;

/** Finds the columns by the words in the first row; the one of the file names also by what is in it. */
export function findColumns(rows: readonly (readonly string[])[]): Columns {
  const first = (rows[0] ?? []).map(fold);
  const [named, ownId] = [findWord(first, NAMES), findWord(first, OWN_IDS)];
  const hasHeader =
    named !== null || ownId !== null || (rows.length > 1 && !(rows[0] ?? []).some(isFileName));
  const name = named ?? findFileNames(rows, ownId);
  return { name, ownId: ownId ?? theOther(rows, name), hasHeader };
}

function findWord(header: readonly string[], words: readonly string[]): number | null {
  for (const word of words) {
    const at = header.indexOf(word);
    if (at !== -1) return at;
  }
  return null;
}

/** The column with the most cells that end like a file name. */
function findFileNames(rows: readonly (readonly string[])[], except: number | null): number | null {
  const counts = new Map<number, number>();
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      if (column !== except && isFileName(cell)) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
  }
  const [best] = [...counts].toSorted(([, a], [, b]) => b - a);
  return best?.[0] ?? null;
}

/** With two columns and one of them known, there is nothing to choose. */
function theOther(rows: readonly (readonly string[])[], name: number | null): number | null {
  const width = Math.max(0, ...rows.map((row) => row.length));
  return name !== null && width === 2 ? 1 - name : null;
}

function isFileName(cell: string): boolean {
  return FILE_NAME.test(cell);
}

function fold(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
}
