import type { FileHandle } from 'node:fs/promises';

/** Writes all of a chunk: the system may take less of it at once. At `position`, or where the file stands. */
export async function writeWhole(file: FileHandle, chunk: Buffer, position?: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const at = position === undefined ? null : position + written;
    written += (await file.write(chunk, written, chunk.length - written, at)).bytesWritten;
  }
}
