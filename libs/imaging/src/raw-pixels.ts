/** 8-bit sRGB pixels without gaps between the rows, red first. */
export interface RawPixels {
  data: Buffer;
  width: number;
  height: number;
}
