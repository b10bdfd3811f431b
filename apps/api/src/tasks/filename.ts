const MAX_LENGTH = 200;

/**
 * The name under which an upload is shown again: its last path segment without control, direction and zero-width
 * characters, in NFC, at most 200 characters. Never used as a path. `photo` when nothing is left.
 */
export function displayFilename(sent: string): string {
  const last = sent.split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '')
    .trim();
  return Array.from(clean).slice(0, MAX_LENGTH).join('') || 'photo';
}

/** The name of a result: `<name>_restored.png`. */
export function restoredFilename(filename: string): string {
  return `${filename.replace(/\.[^.]{1,5}$/, '') || 'photo'}_restored.png`;
}

/** The name of a small picture: `<name>_small.jpg`. */
export function thumbnailFilename(filename: string): string {
  return `${filename.replace(/\.[^.]{1,5}$/, '') || 'photo'}_small.jpg`;
}

/** A `Content-Disposition` that carries any name (RFC 6266: an ASCII fallback and the UTF-8 form). */
export function attachment(filename: string): string {
  const ascii = filename.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename).replaceAll(
    /['()*]/g,
    (c) => `%${c.codePointAt(0)!.toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
