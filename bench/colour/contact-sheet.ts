import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import type { RgbImage } from '../../apps/engine/src/colour/colouriser.js';
import { sharpOf } from './pixels.js';

const TILE = 240;
const GAP = 4;
const ROWS = 8;

/** Collects rows of pictures (truth, grey, ours) and writes PNG sheets of eight rows in two columns. */
export class ContactSheets {
  private tiles: OverlayOptions[] = [];
  private rows = 0;
  private sheets = 0;

  constructor(private readonly folder: string) {}

  async add(pictures: readonly [RgbImage, RgbImage, RgbImage]): Promise<void> {
    const left = Math.floor(this.rows / ROWS) * 3 * (TILE + GAP);
    const top = (this.rows % ROWS) * (TILE + GAP);
    for (const [i, picture] of pictures.entries()) {
      const input = await sharpOf(picture).resize(TILE, TILE, { fit: 'inside' }).png().toBuffer();
      this.tiles.push({ input, left: left + i * (TILE + GAP), top });
    }
    this.rows++;
    if (this.rows === 2 * ROWS) await this.flush();
  }

  /** Writes what is left and returns how many sheets there are. */
  async flush(): Promise<number> {
    if (this.tiles.length > 0) {
      await mkdir(this.folder, { recursive: true });
      await sharp({
        create: { width: 6 * (TILE + GAP), height: ROWS * (TILE + GAP), channels: 3, background: '#222222' },
      })
        .composite(this.tiles)
        .png()
        .toFile(path.join(this.folder, `sheet-${++this.sheets}.png`));
    }
    this.tiles = [];
    this.rows = 0;
    return this.sheets;
  }
}
