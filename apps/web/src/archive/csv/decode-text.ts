/** How a list's bytes may be read; the first three are known for certain, of the others one is guessed. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

/**
 * Reads the text of a list that some spreadsheet has saved. Excel in Chinese writes GB18030, in western Europe
 * windows-1252, "Unicode text" is UTF-16, and all others write UTF-8, with a byte order mark or without.
 */
export function decodeText(bytes: Uint8Array, encoding: Encoding = guessEncoding(bytes)): DecodedText {
  // The decoder takes the byte order mark away.
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}

function guessEncoding(bytes: Uint8Array): Encoding {
  const marked = encodingOfMark(bytes);
  if (marked !== null) return marked;
  // No other encoding has the byte 0; in UTF-16 each comma and each line break has one, which tells the byte order.
  const zeroAt = bytes.indexOf(0);
  if (zeroAt !== -1) return zeroAt % 2 === 0 ? 'utf-16be' : 'utf-16le';
  if (isText(bytes, 'utf-8')) return 'utf-8';
  return isChinese(bytes) && isText(bytes, 'gb18030') ? 'gb18030' : 'windows-1252';
}

function encodingOfMark([first, second, third]: Uint8Array): Encoding | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

function isText(bytes: Uint8Array, encoding: Encoding): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * Almost all characters of a Chinese list are pairs of high bytes (the GB 2312 part of GB18030). In a western one a high
 * byte is an accent, and what follows is a plain letter.
 */
function isChinese(bytes: Uint8Array): boolean {
  let [pairs, single] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at]! < 0x80) continue;
    if ((bytes[at + 1] ?? 0) >= 0xa1) {
      pairs += 1;
      at += 1;
    } else single += 1;
  }
  return pairs > single;
}
