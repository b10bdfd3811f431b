import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { OutboundAnswer } from './outbound-answer.js';
import { FetchRefused } from './outbound.errors.js';

/**
 * Writes a body to a file that must not exist yet, and hashes it on the way. What the host says about its length is
 * believed only where it says too much; the bytes are counted. On any failure the file is removed.
 * @throws FetchRefused `file_too_large`
 * @throws UrlUnreachable where the body breaks off; errors of the file system as they are
 */
export async function saveAnswer(
  answer: OutboundAnswer,
  path: string,
  maxBytes: number,
): Promise<{ bytes: number; sha256: string }> {
  const tooLarge = (): FetchRefused =>
    new FetchRefused('file_too_large', `The file is larger than ${maxBytes} bytes.`);
  if (Number(answer.header('content-length')) > maxBytes) throw tooLarge();
  const file = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of answer.chunks()) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge();
        hash.update(chunk);
        await file.appendFile(chunk);
      }
    } finally {
      await file.close();
    }
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
