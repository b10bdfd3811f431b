/** Why an entry can never be taken in; the codes are those of refusals over AMQP. */
export type EntryRefusalCode =
  | 'malformed'
  /** There is no such file, or it may not be read. */
  | 'not_found'
  /** The file may not be named: it lies outside of the folders, or is no file. */
  | 'forbidden'
  | 'file_too_large'
  /** It is there, but cannot be read to its end. */
  | 'fetch_failed';

/** An entry that no repetition helps. Its message is for whoever added the entry. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';

  constructor(
    readonly code: EntryRefusalCode,
    message: string,
  ) {
    super(message);
  }
}
