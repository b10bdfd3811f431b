import { crc32 } from 'node:zlib';

/** Signature (8 bytes) and the IHDR chunk (25 bytes), which must come first. */
const AFTER_HEADER = 33;

/**
 * Adds `tEXt` chunks to a PNG file. sharp writes no text chunks of its own, and ComfyUI's SaveImage keeps the
 * graph in them. Characters outside ASCII must be escaped by the caller (`asciiJson`): the chunk is Latin-1.
 */
export function addPngText(png: Buffer, texts: Readonly<Record<string, string>>): Buffer {
  const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
  return Buffer.concat([png.subarray(0, AFTER_HEADER), ...chunks, png.subarray(AFTER_HEADER)]);
}

/** JSON with everything outside ASCII as `\uXXXX`. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function textChunk(keyword: string, text: string): Buffer {
  const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}
