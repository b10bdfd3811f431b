import { TaskFailure, type FailureCode } from '@app/contracts';

/** What is known about an HTTP call that did not end well. */
export interface CallOutcome {
  /** Null when no answer came. */
  status: number | null;
  /** The answer, parsed where it was JSON, else its first 2,000 characters. */
  body: unknown;
  /** True when the engine may have acted on the call although we hold no proper answer. */
  mayHaveArrived: boolean;
  /** True when the answer was cut off because it was larger than the call allows. */
  tooLarge: boolean;
}

/**
 * A call to the engine that got no answer, or one that is not the expected one. A `TaskFailure`, so that it can
 * travel to the failure policy as it is; `call` is for those who decide by what came back.
 */
export class ComfyCallFailure extends TaskFailure {
  constructor(
    code: FailureCode,
    message: string,
    readonly call: CallOutcome,
    cause?: unknown,
  ) {
    super(code, message, { cause });
  }
}
