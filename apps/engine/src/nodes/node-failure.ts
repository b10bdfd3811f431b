/**
 * A node could not do its work. It reaches the client as `execution_error` with these two texts, so neither may
 * hold a path of this machine. `exceptionType` is what a real ComfyUI names in that case, because clients tell
 * failures apart by it.
 */
export class NodeFailure extends Error {
  override readonly name = 'NodeFailure';

  constructor(
    readonly exceptionType: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const ERRNO_TEXTS: Record<string, string> = {
  ENOSPC: '[Errno 28] No space left on device',
  EACCES: '[Errno 13] Permission denied',
  EROFS: '[Errno 30] Read-only file system',
};

/** Any error of a node as a failure that may be shown: what is not known beforehand loses its text. */
export function toNodeFailure(error: unknown): NodeFailure {
  if (error instanceof NodeFailure) return error;
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const known = code === undefined ? undefined : ERRNO_TEXTS[code];
  if (known !== undefined) return new NodeFailure('OSError', known, { cause: error });
  if (
    error instanceof RangeError &&
    /allocation|array buffer|invalid (typed )?array length/i.test(error.message)
  ) {
    return new NodeFailure('RuntimeError', "DefaultCPUAllocator: can't allocate memory", { cause: error });
  }
  return new NodeFailure('RuntimeError', 'The engine failed inside this node; its log has the reason.', {
    cause: error,
  });
}
