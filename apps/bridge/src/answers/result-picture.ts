import type { NoticeResult } from '@app/contracts';
import axios from 'axios';
import { createHash } from 'node:crypto';
import sharp from 'sharp';

const FETCH_LIMIT_MS = 60_000;
/** What HTTP calls a trouble that passes, beside all of 500 and above. */
const PASSING = [408, 425, 429];
/** Photographs at 95 show no difference to the eye; 4:4:4 keeps the colours of small things. */
const JPEG = { quality: 95, chromaSubsampling: '4:4:4' } as const;
/** The largest that a result may be: far above what tasks allow, far below what fills the memory. */
const MOST_PIXELS = 200_000_000;

/*
 * Process-wide: results are PNG or JPEG. By default sharp also opens SVG (which can name local files), TIFF, GIF and others,
 * whose decoders have had flaws (CVE-2026-114113).
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg', 'VipsForeignLoadPng'] });
sharp.cache(false);

/** A result that cannot be had any more; no repetition helps. Its message is for people. */
export class ResultLost extends Error {
  override readonly name = 'ResultLost';
}

/**
 * Fetches a result from the API and makes it the JPEG that the users' programs expect.
 * @param apiUrl how the API is reached, where that is not as the link says.
 * @throws ResultLost; any other error may pass.
 */
export async function fetchResult(result: NoticeResult, apiUrl: string | null): Promise<Buffer> {
  const picture = await download(result, apiUrl);
  if (createHash('sha256').update(picture).digest('hex') !== result.sha256) {
    throw new ResultLost('What came as the result is not what was announced (another SHA-256).');
  }
  return await toJpeg(picture);
}

async function download({ url, bytes }: NoticeResult, apiUrl: string | null): Promise<Buffer> {
  const link = new URL(url);
  const from = apiUrl === null ? link : new URL(link.pathname + link.search, apiUrl);
  // As a stream, so that a length that was not announced can be told from a connection that broke.
  const { status, data } = await axios.get<AsyncIterable<Buffer> & { destroy(): void }>(from.href, {
    responseType: 'stream',
    signal: AbortSignal.timeout(FETCH_LIMIT_MS),
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
  });
  if (status !== 200) {
    data.destroy();
    const said = `The API answered ${status} when the result was fetched.`;
    throw status >= 500 || PASSING.includes(status) ? new Error(said) : new ResultLost(said);
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of data) {
    pieces.push(piece);
    length += piece.length;
    // Leaving the loop ends the stream.
    if (length > bytes) throw new ResultLost('What came as the result is longer than was announced.');
  }
  return Buffer.concat(pieces);
}

async function toJpeg(picture: Buffer): Promise<Buffer> {
  try {
    return await sharp(picture, { limitInputPixels: MOST_PIXELS, sequentialRead: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg(JPEG)
      .toBuffer();
  } catch (error) {
    throw new ResultLost('The result is no picture that can be written as a JPEG.', { cause: error });
  }
}
