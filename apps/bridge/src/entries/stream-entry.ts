/** One entry of the stream: its id and its fields as they came, names and values in turn. */
export interface StreamEntry {
  id: string;
  fields: readonly Buffer[];
}

/** An entry's id, as Redis makes them: milliseconds and a number. */
export const ENTRY_ID = /^\d{1,20}-\d{1,20}$/;

/** Entries of a reply in RESP 2: `[[id, [name, value, …]], …]`. One that was deleted has no fields, and is left out. */
export function toEntries(reply: unknown): StreamEntry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry: unknown) => {
    if (!Array.isArray(entry)) return [];
    const [id, fields] = entry as [unknown, unknown];
    if (!Buffer.isBuffer(id) || !Array.isArray(fields)) return [];
    return [{ id: id.toString('latin1'), fields: fields as Buffer[] }];
  });
}
