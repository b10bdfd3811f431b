import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createColouriser } from '../../apps/engine/src/colour/create-colouriser.js';
import { compare } from './colour-difference.js';
import { ContactSheets } from './contact-sheet.js';
import { fetchPictures, type PictureList } from './picture-cache.js';
import { readPhoto, shrink, toGrey } from './pixels.js';

const CACHE = 'data/bench';
const SHEETS = 'out/bench-colour';
/** What the people workflow asks for by default, and the size of the old prints in the demo. */
const SIZE = 512;
const LONGEST = 1024;

interface Row {
  name: string;
  ours: number;
  grey: number;
  sepia: number;
  chroma: number;
  seconds: number;
}

/** Colours greyed photographs, compares them with the truth and prints a table. Run from the repository root. */
export async function benchColour(args: readonly string[]): Promise<void> {
  const lists = JSON.parse(await readFile('bench/colour/pictures.json', 'utf8')) as Record<
    'train' | 'evaluate',
    PictureList
  >;
  const say = (sentence: string): void => console.log(sentence);
  if (args.includes('--fetch-training')) {
    const pictures = await fetchPictures(lists.train, CACHE, say);
    return say(`${pictures.length} training pictures are in ${CACHE}.`);
  }
  const pictures = await fetchPictures(lists.evaluate, CACHE, say);
  if (pictures.length === 0) throw new Error('No picture could be fetched, so there is nothing to measure.');
  const onnxAt = args.indexOf('--onnx');
  const onnxPath = onnxAt >= 0 ? args[onnxAt + 1] : undefined;
  const colouriser = await createColouriser(onnxPath === undefined ? {} : { onnxPath });
  const sheets = new ContactSheets(SHEETS);
  const rows: Row[] = [];
  for (const picture of pictures) {
    const truth = await readPhoto(picture.path, LONGEST);
    const grey = toGrey(truth);
    const began = performance.now();
    const ours = await colouriser.colourise(grey, {
      size: SIZE,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    const seconds = (performance.now() - began) / 1000;
    const result = compare(await shrink(truth, 256), await shrink(ours, 256));
    rows.push({ name: picture.name, ...result, seconds });
    await sheets.add([truth, grey, ours]);
  }
  await colouriser.close();
  printTable(rows);
  say(`${await sheets.flush()} contact sheets (truth, grey, ours) are in ${path.resolve(SHEETS)}.`);
}

function printTable(rows: readonly Row[]): void {
  console.log(
    'picture                              ours   grey  sepia  chroma  seconds   (mean CIEDE2000 to the truth)',
  );
  const line = ({ name, ours, grey, sepia, chroma, seconds }: Row): string =>
    [
      name.slice(0, 34).padEnd(34),
      ...[ours, grey, sepia, chroma].map((n) => n.toFixed(2).padStart(6)),
      seconds.toFixed(2).padStart(7),
    ].join(' ');
  for (const row of rows) console.log(line(row));
  const mean = (pick: (row: Row) => number): number =>
    rows.reduce((sum, row) => sum + pick(row), 0) / rows.length;
  const total: Row = {
    name: 'mean',
    ours: mean((r) => r.ours),
    grey: mean((r) => r.grey),
    sepia: mean((r) => r.sepia),
    chroma: mean((r) => r.chroma),
    seconds: mean((r) => r.seconds),
  };
  console.log(line(total));
  const wins = (other: 'grey' | 'sepia'): number => rows.filter((row) => row.ours < row[other]).length;
  console.log(
    `Ours is nearer to the truth than grey in ${wins('grey')} and than sepia in ${wins('sepia')} of ${rows.length} pictures.`,
  );
}
