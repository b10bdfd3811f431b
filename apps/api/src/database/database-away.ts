import pg from 'pg';

/** The database could not be asked, or did not do it, so that the same may go well later. What lies behind it is for operators. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';

  constructor(
    cause: unknown,
    /** Nobody knows whether what was asked has been done: the connection broke before the answer. */
    readonly mayBeDone: boolean,
  ) {
    super(phraseOf(cause), { cause });
  }
}

/** A refused connection to several addresses has no message, only a code. */
function phraseOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
}

/**
 * SQLSTATE by which PostgreSQL says that it cannot do anything of the kind now: it is a standby (25006), or memory, disk or
 * connections are used up (class 53).
 */
const REFUSED = /^(25006|53...)$/;
/**
 * SQLSTATE by which it ends what was under way: connection exceptions (class 08), an operator ended the question (57014),
 * it shuts down, starts, or the database is dropped (57P0x), its disk fails (class 58). A commit may be through.
 */
const BROKEN_OFF = /^(08...|57014|57P0.|58...)$/;
/** What the system says of the line to the server. */
const LINE = /^(ECONNRESET|EPIPE|ETIMEDOUT|ECONNABORTED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN)$/;
/** What pg says of it. */
const LINE_WORDS = /^(Connection terminated|Client has encountered a connection error|Query read timeout)/;
/** SQLite: another program has the file for longer than we wait, or its disk is full or fails. */
const SQLITE_AWAY = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PROTOCOL)/;

/** What a question to PostgreSQL failed with, if it is the connection's or the server's trouble; undefined for a fault of ours. */
export function awayOf(error: unknown): DatabaseAway | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? '';
    if (REFUSED.test(state)) return new DatabaseAway(error, false);
    return BROKEN_OFF.test(state) ? new DatabaseAway(error, true) : undefined;
  }
  const isLine = typeof code === 'string' ? LINE.test(code) : LINE_WORDS.test(error.message);
  return isLine ? new DatabaseAway(error, true) : undefined;
}

/** Whether the database could not be asked, so that the same may go well later. */
export function isDatabaseAway(error: unknown): boolean {
  return error instanceof DatabaseAway || SQLITE_AWAY.test(codeOf(error));
}

/** Whether a transaction that failed with it may have been committed all the same. */
export function mayBeDone(error: unknown): boolean {
  return error instanceof DatabaseAway ? error.mayBeDone : codeOf(error).startsWith('SQLITE_IOERR');
}

function codeOf(error: unknown): string {
  const code: unknown = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
