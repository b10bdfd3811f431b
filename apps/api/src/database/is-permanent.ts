/** SQLSTATE classes of PostgreSQL that no repetition mends: data exceptions and broken constraints. */
const PERMANENT_CLASSES = ['22', '23'];

/** Whether the database refused a value as such, rather than failing for a while. */
export function isPermanent(error: unknown): boolean {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return false;
  return (
    (code.length === 5 && PERMANENT_CLASSES.includes(code.slice(0, 2))) ||
    code.startsWith('SQLITE_CONSTRAINT')
  );
}
