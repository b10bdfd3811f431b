import type { IncomingMessage, ServerResponse } from 'node:http';

/** Longer than a photo of twice the usual limit takes on a home line's first seconds; nothing is kept of it. */
const LONGEST_MS = 5_000;
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Ends the connection of a request that is answered before it was read to its end. The answer comes first; then what
 * still arrives is thrown away for a while. A socket that is closed with unread bytes in it is reset by the kernel, and
 * a caller who is still sending would see that instead of the answer (RFC 9112, 9.6).
 */
export function lingerAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request;
  response.setHeader('Connection', 'close');
  // Node calls this when the answer is written, and would close both directions at once.
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), LONGEST_MS);
    socket.once('close', () => clearTimeout(timer));
    let left = MOST_BYTES;
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) socket.destroy();
    });
    request.once('end', () => socket.destroy());
    request.resume();
    if (socket.writable) socket.end();
  };
}
