import sharp, { type OverlayOptions } from 'sharp';

/** One pair of the sheet. */
export interface SheetPair {
  before: string;
  after: string;
  caption: string;
}

const PICTURE_WIDTH = 440;
const PICTURE_HEIGHT = 330;
const GAP = 16;
const CAPTION_HEIGHT = 26;
const PAIRS_PER_ROW = 2;
const PAIR_WIDTH = 2 * PICTURE_WIDTH + GAP / 2;
const CELL_HEIGHT = PICTURE_HEIGHT + CAPTION_HEIGHT + GAP;
const PAPER = '#f4f1ea';

/**
 * Lays before (left) and after (right) side by side, two pairs a row, a caption under each and `heading` on top.
 * Text needs a font on the machine; where there is none the sheet comes without it, which `captioned: false` tells.
 */
export async function writeContactSheet(
  pairs: readonly SheetPair[],
  heading: string,
  path: string,
): Promise<{ captioned: boolean }> {
  const rows = Math.ceil(pairs.length / PAIRS_PER_ROW);
  const width = PAIRS_PER_ROW * PAIR_WIDTH + (PAIRS_PER_ROW + 1) * GAP;
  const top = GAP + CAPTION_HEIGHT + GAP;
  const pictures = await Promise.all(
    pairs.map((pair, index) => placePictures(pair, ...cornerOf(index, top))),
  );
  const texts = await Promise.all([
    placeText(heading, GAP, GAP, width - 2 * GAP, true),
    ...pairs.map(({ caption }, index) => {
      const [left, y] = cornerOf(index, top);
      return placeText(caption, left, y + PICTURE_HEIGHT + 4, PAIR_WIDTH, false);
    }),
  ]);
  const drawn = texts.filter((text) => text !== undefined);
  await sharp({ create: { width, height: top + rows * CELL_HEIGHT, channels: 3, background: PAPER } })
    .composite([...pictures.flat(), ...drawn])
    .jpeg({ quality: 88 })
    .toFile(path);
  return { captioned: drawn.length === texts.length };
}

function cornerOf(index: number, top: number): [left: number, top: number] {
  const column = index % PAIRS_PER_ROW;
  const row = Math.floor(index / PAIRS_PER_ROW);
  return [GAP + column * (PAIR_WIDTH + GAP), top + row * CELL_HEIGHT];
}

async function placePictures(pair: SheetPair, left: number, top: number): Promise<OverlayOptions[]> {
  const right = left + PICTURE_WIDTH + GAP / 2;
  return Promise.all([placePicture(pair.before, left, top), placePicture(pair.after, right, top)]);
}

async function placePicture(file: string, left: number, top: number): Promise<OverlayOptions> {
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .resize(PICTURE_WIDTH, PICTURE_HEIGHT, { fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true });
  const toTheMiddle = Math.floor((PICTURE_WIDTH - info.width) / 2);
  return { input: data, left: left + toTheMiddle, top: top + PICTURE_HEIGHT - info.height };
}

async function placeText(
  text: string,
  left: number,
  top: number,
  width: number,
  bold: boolean,
): Promise<OverlayOptions | undefined> {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const markup = `<span foreground="#3a3530"${bold ? ' weight="bold"' : ''}>${escaped}</span>`;
  try {
    const options = { text: markup, font: 'sans 12', dpi: 96, rgba: true };
    const image = await sharp(await sharp({ text: options }).png().toBuffer())
      .resize({ width, height: CAPTION_HEIGHT, fit: 'inside', withoutEnlargement: true })
      .png()
      .toBuffer();
    return { input: image, left, top };
  } catch {
    return undefined; // no font on this machine
  }
}
