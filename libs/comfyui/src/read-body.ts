import type { Readable } from 'node:stream';

/** The answer is larger than the call allows. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/**
 * Reads an answer's body, unpacked where it came packed, so that what counts is what it would take in our memory.
 * Rejects with `BodyTooLarge` at the byte after `maxBytes`, or with the stream's own error; destroys the stream then.
 */
export async function readBody(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new BodyTooLarge(`more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks, bytes);
}
