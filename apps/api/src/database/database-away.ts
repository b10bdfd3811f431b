/** No connection to the database is to be had. What lies behind it is for operators. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * What a question ends with that was under way: SQLSTATE class 08 (connection exceptions), the server shuts down or starts
 * (57P01 to 57P03), and what pg says of a connection that broke.
 */
const BROKEN_OFF = /^(08...|57P0[1-3]|ECONNRESET|EPIPE)$/;
const BROKEN_OFF_WORDS = /^(Connection terminated|Client has encountered a connection error)/;
/** SQLite: another program has the file for longer than we wait, or its disk fails. */
const SQLITE_AWAY = /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN|READONLY|PROTOCOL)/;

/** Whether the database could not be asked, so that the same may go well later. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAway) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return BROKEN_OFF_WORDS.test(error.message);
  return BROKEN_OFF.test(code) || SQLITE_AWAY.test(code);
}
