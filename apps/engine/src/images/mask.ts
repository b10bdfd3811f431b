/** One byte a pixel, row by row: 0 leaves a pixel out, 255 takes it in. `data.length === width * height`. */
export interface Mask {
  data: Uint8Array;
  width: number;
  height: number;
}

/** What LoadImage of a real server gives for a picture without transparency. */
export function emptyMask(): Mask {
  return { data: new Uint8Array(64 * 64), width: 64, height: 64 };
}
