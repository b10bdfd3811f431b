const LONGEST_MESSAGE = 2000;
const LONGEST_STACK = 4096;
const LONGEST_CAUSE = 300;
const MOST_CAUSES = 5;

/** What a log line holds of an error. */
export interface ErrorDescription {
  type: string;
  code?: string | number;
  message: string;
  stack?: string;
  /** The chain of causes, the nearest first, as short messages. */
  causes?: string[];
}

/**
 * Picks from an error what a log line may hold. Never its other properties: those of HTTP errors hold the request,
 * that is passwords and whole photos.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) {
    const message = typeof error === 'string' ? error : 'something that is no Error was thrown';
    return { type: typeof error, message: message.slice(0, LONGEST_MESSAGE) };
  }
  const { code } = error as { code?: unknown };
  const causes = causesOf(error).map((cause) => shortMessage(cause));
  return {
    type: error.constructor.name,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    message: error.message.slice(0, LONGEST_MESSAGE),
    ...(error.stack !== undefined && { stack: error.stack.slice(0, LONGEST_STACK) }),
    ...(causes.length > 0 && { causes }),
  };
}

/** Nothing but a few steps: causes may form a ring. */
function causesOf(error: Error): unknown[] {
  // Node's connect gives one error for several addresses, with an empty message.
  const causes: unknown[] = error instanceof AggregateError ? [...(error.errors as unknown[])] : [];
  let next: unknown = error.cause;
  while (next !== undefined && causes.length < MOST_CAUSES) {
    causes.push(next);
    next = next instanceof Error ? next.cause : undefined;
  }
  return causes.slice(0, MOST_CAUSES);
}

function shortMessage(cause: unknown): string {
  const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : typeof cause;
  return text.slice(0, LONGEST_CAUSE);
}
