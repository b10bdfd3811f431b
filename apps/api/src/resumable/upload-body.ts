import type { Request, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import { sayContinue } from '../security/expect-continue.js';

/** Well below the time that the server has patience for one request: whoever needs longer goes on with another. */
const LONGEST_MS = 10 * 60_000;

/**
 * The bytes of a request, for as long as they come: where the connection is cut, or nothing comes for `idleMs`, they are
 * over. What has come has come; how much that is, the sender is told, or asks. Nothing is asked for before it is read.
 */
export function uploadBody(
  request: Request,
  response: Response,
  idleMs: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // Node says that an unfinished request failed whether anybody listens or not.
  request.on('error', () => undefined);
  let until: number | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        if (until === undefined) sayContinue(request, response);
        until ??= performance.now() + LONGEST_MS;
        const chunk = await nextChunk(request, Math.min(until, performance.now() + idleMs));
        if (chunk === null) controller.close();
        else controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Null when no more comes, for whatever reason. */
async function nextChunk(request: IncomingMessage, until: number): Promise<Buffer<ArrayBuffer> | null> {
  for (;;) {
    const chunk = request.read() as Buffer<ArrayBuffer> | null;
    if (chunk !== null) return chunk;
    const leftMs = until - performance.now();
    if (request.readableEnded || request.destroyed || leftMs <= 0) return null;
    await anythingNew(request, leftMs);
  }
}

async function anythingNew(request: IncomingMessage, withinMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = () => {
      clearTimeout(timer);
      request.off('readable', go).off('end', go).off('close', go);
      resolve();
    };
    const timer = setTimeout(go, withinMs);
    request.on('readable', go).on('end', go).on('close', go);
  });
}
