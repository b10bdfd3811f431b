/** How the cards of a gallery lie, in CSS pixels. All cards are of one size, so that nothing moves when a state changes. */
export interface GalleryLayout {
  readonly columns: number;
  /** Between cards of a row. */
  readonly gap: number;
  /** Width and height of a picture's square. */
  readonly tile: number;
  /** A row with the gap below it, which is smaller: the captions lie between. */
  readonly rowHeight: number;
}

/** The line below a picture with its name and its menu. */
export const CAPTION_PX = 42;

const SIZES = [
  { from: 0, leastTile: 148, gap: 12 },
  { from: 600, leastTile: 190, gap: 18 },
  { from: 1000, leastTile: 228, gap: 22 },
  { from: 1500, leastTile: 260, gap: 26 },
];

/** A few photos may be larger than many; up to here a small picture still looks sharp. */
const MOST_TILE = 400;

/** For so many photos in a gallery of that width. */
export function layoutFor(width: number, total: number): GalleryLayout {
  const { leastTile, gap } = SIZES.findLast(({ from }) => width >= from) ?? SIZES[0]!;
  const most = Math.max(1, Math.floor((width + gap) / (leastTile + gap)));
  const least = Math.ceil((width + gap) / (MOST_TILE + gap));
  const columns = Math.min(most, Math.max(least, total));
  const tile = Math.max(0, (width - gap * (columns - 1)) / columns);
  return { columns, gap, tile, rowHeight: tile + CAPTION_PX + Math.round(gap / 2) };
}

/** The photo that an arrow key goes to; null for other keys, and where there is nothing in that direction. */
export function placeAfterKey(key: string, place: number, columns: number, total: number): number | null {
  const to = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - columns,
    // From the last full row down into a shorter one.
    ArrowDown:
      lineOf(place, columns) < lineOf(total - 1, columns) ? Math.min(place + columns, total - 1) : -1,
    Home: 0,
    End: total - 1,
  }[key];
  return to === undefined || to === place || to < 0 || to >= total ? null : to;
}

function lineOf(place: number, columns: number): number {
  return Math.floor(place / columns);
}
