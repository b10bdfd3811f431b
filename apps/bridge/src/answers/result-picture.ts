import type { NoticeResult } from '@app/contracts';
import { ImageError, toJpeg } from '@app/imaging';
import axios from 'axios';
import { createHash } from 'node:crypto';

const FETCH_LIMIT_MS = 60_000;
/** What HTTP calls a trouble that passes, beside all of 500 and above. */
const PASSING = [408, 425, 429];
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
  try {
    return await toJpeg(picture);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ResultLost('The result is no picture that can be written as a JPEG.', { cause: error });
  }
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
