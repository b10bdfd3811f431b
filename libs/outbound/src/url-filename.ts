/** What file systems and the database's column hold. */
const MAX_BYTES = 255;

/**
 * The name of the file that a URL points to, for people to read: the last segment of the path, decoded, without
 * folders, control characters or those that turn the direction of text, at most 255 bytes of UTF-8. Empty where
 * nothing is left. It is no path: never open it.
 */
export function urlFilename(url: URL): string {
  const segment = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
  const name = decoded(segment)
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return name === undefined || /^\.*$/.test(name) ? '' : cut(name);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not UTF-8: then its percent signs are the name.
    return segment;
  }
}

function cut(name: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_BYTES) break;
    kept += character;
  }
  return kept;
}
