/** A failure that the person at the terminal can understand and act on; printed as it is, without a stack. */
export class CliError extends Error {
  override readonly name: string = 'CliError';
}
