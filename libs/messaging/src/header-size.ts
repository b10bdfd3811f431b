/** Bytes of a value that is neither text nor a list: its tag and 8 bytes at most. */
const PLAIN_BYTES = 9;
/** Bytes of the tag and the length in front of all others. */
const FRONT_BYTES = 5;

/** About what decoded headers take up on the wire, with all that lies in them. */
export function headerSize(headers: object): number {
  let bytes = 0;
  // A list in place of the call stack: they may be nested.
  const open: unknown[] = [headers];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' || Buffer.isBuffer(value)) bytes += FRONT_BYTES + Buffer.byteLength(value);
    else if (typeof value !== 'object' || value === null) bytes += PLAIN_BYTES;
    else if (Array.isArray(value)) {
      bytes += FRONT_BYTES;
      for (const below of value as unknown[]) open.push(below);
    } else {
      bytes += FRONT_BYTES;
      for (const [key, below] of Object.entries(value)) {
        bytes += 1 + Buffer.byteLength(key);
        open.push(below);
      }
    }
  }
  return bytes;
}
