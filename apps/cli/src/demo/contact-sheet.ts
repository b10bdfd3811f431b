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
const PAPER = '#f4f1ea';

interface Picture {
  data: Buffer;
  info: { width: number; height: number };
}

/**
 * Lays before (left) and after (right) side by side, two pairs a row, a caption under each and `heading` on top.
 * A row is as high as its highest picture. Text needs a font on the machine; where there is none the sheet comes
 * without it, which `captioned: false` tells.
 */
export async function writeContactSheet(
  pairs: readonly SheetPair[],
  heading: string,
  path: string,
): Promise<{ captioned: boolean }> {
  const width = PAIRS_PER_ROW * PAIR_WIDTH + (PAIRS_PER_ROW + 1) * GAP;
  const pictures: OverlayOptions[] = [];
  const texts = [await placeText(heading, GAP, GAP, width - 2 * GAP, true)];
  let top = GAP + CAPTION_HEIGHT + GAP;
  for (let first = 0; first < pairs.length; first += PAIRS_PER_ROW) {
    const row = await Promise.all(pairs.slice(first, first + PAIRS_PER_ROW).map(shrinkPair));
    const bottom =
      top + Math.max(...row.flatMap(({ before, after }) => [before.info.height, after.info.height]));
    for (const [column, { before, after, caption }] of row.entries()) {
      const left = GAP + column * (PAIR_WIDTH + GAP);
      pictures.push(place(before, left, bottom), place(after, left + PICTURE_WIDTH + GAP / 2, bottom));
      texts.push(await placeText(caption, left, bottom + 4, PAIR_WIDTH, false));
    }
    top = bottom + CAPTION_HEIGHT + GAP;
  }
  const drawn = texts.filter((text) => text !== undefined);
  await sharp({ create: { width, height: top, channels: 3, background: PAPER } })
    .composite([...pictures, ...drawn])
    .jpeg({ quality: 88 })
    .toFile(path);
  return { captioned: drawn.length === texts.length };
}

async function shrinkPair({ before, after, caption }: SheetPair) {
  return { before: await shrink(before), after: await shrink(after), caption };
}

function shrink(file: string): Promise<Picture> {
  return sharp(file)
    .toColourspace('srgb')
    .resize(PICTURE_WIDTH, PICTURE_HEIGHT, { fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true });
}

/** In the middle of its place, standing on the bottom of its row. */
function place({ data, info }: Picture, left: number, bottom: number): OverlayOptions {
  const toTheMiddle = Math.floor((PICTURE_WIDTH - info.width) / 2);
  return { input: data, left: left + toTheMiddle, top: bottom - info.height };
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
