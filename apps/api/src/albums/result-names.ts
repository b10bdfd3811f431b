import { restoredFilename } from '../tasks/filename.js';

/** Windows gives these names to devices, whatever follows after a dot (Microsoft, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}]/gu;
/** Linux takes 255 bytes, Windows 255 UTF-16 units; the rest is for a number and for whoever unpacks into a folder. */
const MOST_BYTES = 200;

/**
 * A name that every system takes for a file: no reserved name or character, no dot or space at an end, not hidden.
 * `extension` with its dot; the name is shortened before it. `photo` where nothing is left.
 */
export function portableName(name: string, extension: string): string {
  const base = name.endsWith(extension) ? name.slice(0, -extension.length) : name;
  const clean = base
    .normalize('NFC')
    .replaceAll(FORBIDDEN, '_')
    .replace(/^[\s.]+/, '')
    .replace(DEVICE, '$&_');
  const short = shorten(clean).replace(/[\s.]+$/, '');
  return `${short === '' ? 'photo' : short}${extension}`;
}

function shorten(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > MOST_BYTES) break;
    kept += character;
  }
  return kept;
}

/** The names of the results of one album: each as its photo was called, and no two that any system takes for the same. */
export class ResultNames {
  private readonly taken = new Map<string, number>();

  next(filename: string): string {
    const wanted = portableName(restoredFilename(filename), '.png');
    for (;;) {
      const count = (this.taken.get(wanted.toLowerCase()) ?? 0) + 1;
      this.taken.set(wanted.toLowerCase(), count);
      if (count === 1) return wanted;
      const numbered = wanted.replace(/\.png$/, ` (${count}).png`);
      if (this.taken.has(numbered.toLowerCase())) continue;
      this.taken.set(numbered.toLowerCase(), 1);
      return numbered;
    }
  }
}
