import { deflatedZeros, interlacedBytes, writePng } from '../../../libs/imaging/test/png-writer.js';

/** A PNG of 16-bit RGBA: a few hundred kilobytes that are 8 bytes a pixel when decoded. */
export async function deepPng(side: number, interlaced: boolean): Promise<Buffer> {
  const bytes = interlaced ? interlacedBytes(side, side, 64) : side * (1 + side * 8);
  const data = await deflatedZeros(bytes);
  return writePng({ width: side, height: side, depth: 16, colour: 6, interlaced, data });
}
