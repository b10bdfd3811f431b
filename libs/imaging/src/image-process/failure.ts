import { ImageError, type ImageErrorCode } from '../image.errors.js';

/** An error on its way between two processes: structured cloning would drop the class and the codes. */
export type Failure =
  | { kind: 'picture'; code: ImageErrorCode; message: string; details: ImageError['details']; cause?: string }
  | { kind: 'machine'; message: string; code?: string; stack?: string };

export function toFailure(error: unknown): Failure {
  if (error instanceof ImageError) {
    const { code, message, details, cause } = error;
    const said = cause instanceof Error ? { cause: cause.message } : {};
    return { kind: 'picture', code, message, details, ...said };
  }
  if (!(error instanceof Error)) return { kind: 'machine', message: String(error) };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    kind: 'machine',
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
  };
}

/** The same error again; what was not the picture's fault keeps its `code` of Node and the stack of the child. */
export function toError(failure: Failure): Error {
  if (failure.kind === 'picture') {
    const cause = failure.cause === undefined ? undefined : new Error(failure.cause);
    return new ImageError(failure.code, failure.message, failure.details, cause);
  }
  const { message, code, stack } = failure;
  return Object.assign(new Error(message), code !== undefined && { code }, stack !== undefined && { stack });
}
