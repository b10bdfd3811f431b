/** Why a result is refused; for logs and metrics. */
export type ResultFault =
  'not_a_picture' | 'damaged' | 'wrong_size' | 'wrong_kind' | 'one_colour' | 'blank_part' | 'no_colour';

/**
 * The engine's picture is not what was asked for. `message` is one plain English sentence with the figures that
 * decided, fit for people. Another run may well end better.
 */
export class ResultError extends Error {
  override readonly name = 'ResultError';

  constructor(
    readonly fault: ResultFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
