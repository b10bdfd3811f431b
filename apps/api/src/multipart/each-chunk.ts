import type { IncomingMessage } from 'node:http';
import { ProblemException } from '../problems/problem.exception.js';

/** The caller went away before the request was whole. */
export class CallerWentAway extends Error {
  override readonly name = 'CallerWentAway';
}

/**
 * Reads a request, one chunk after the other: the next one is asked for when `take` is done with the last. What is left
 * when `take` throws stays unread, and the connection stays open for an answer.
 * @throws what `take` throws, CallerWentAway, or ProblemException `invalid_request.stalled` after `idleMs` without a
 * byte.
 */
export async function eachChunk(
  request: IncomingMessage,
  idleMs: number,
  take: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let taking = Promise.resolve();
    let ended = false;
    const finish = (failure?: unknown) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose).pause();
      // Node says that an unfinished request failed whether anybody listens or not.
      request.on('error', () => undefined);
      // The last chunk may still be on its way to the disk; nobody may tidy up under it.
      taking.then(() => (failure === undefined ? resolve() : reject(failure as Error)), reject);
    };
    const goOn = () => {
      if (ended) return;
      // A slow disk is not the caller's fault.
      timer.refresh();
      request.resume();
    };
    const onData = (chunk: Buffer) => {
      request.pause();
      taking = taking.then(() => take(chunk));
      taking.then(goOn, finish);
    };
    const onEnd = () => finish();
    const onClose = () => finish(new CallerWentAway('The caller went away.'));
    const timer = setTimeout(() => finish(stalled(idleMs)), idleMs);
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
    if (request.destroyed) onClose();
  });
}

function stalled(idleMs: number): ProblemException {
  return new ProblemException('invalid_request.stalled', { seconds: Math.round(idleMs / 1000) });
}
