const NUMBER_BYTES = 4;

export function numberOf(pixels) {
  return Buffer.from(pixels.buffer, pixels.byteOffset, NUMBER_BYTES).readUInt32BE();
}

export function colourOf(pixels) {
  return Buffer.from(pixels.map((value, at) => value ^ 0xa5 ^ (at & 0xff)));
}
