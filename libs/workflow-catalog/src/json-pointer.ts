/** The JSON pointer (RFC 6901) of a path: `['6', 'inputs', 'a/b']` is `/6/inputs/a~1b`. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
