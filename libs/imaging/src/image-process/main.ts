import type { ChildMessage, DecodeRequest } from './child-messages.js';
import { toFailure } from './failure.js';
import { takeIn } from '../take-in.js';

/*
 * The program of the child that `ImageProcess` starts. It has no settings and no secrets: each request carries all
 * that it needs. How many pictures come at a time is the parent's decision.
 */

// Ctrl-C in a terminal reaches every process of the group; when this one ends is the parent's decision.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

// The parent is gone or has let go. An ordinary exit would wait for decodes that nobody wants any more.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.on('message', (request: DecodeRequest) => {
  const { id, sourcePath, partPath, side, limits } = request;
  void takeIn(sourcePath, partPath, side, limits).then(
    (taken) => tell({ id, taken }),
    (error: unknown) => tell({ id, failure: toFailure(error) }),
  );
});

tell({ ready: true });

/** A parent that cannot be told is gone, which `disconnect` says as well. */
function tell(message: ChildMessage): void {
  process.send?.(message, undefined, {}, () => undefined);
}
