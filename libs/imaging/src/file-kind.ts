import { fileTypeFromBuffer } from 'file-type';

export interface FileKind {
  /** A short stable word: `webp`, `svg`, `text`, `unknown`. */
  detected: string;
  /** With its article, for the end of a sentence. */
  phrase: string;
}

const PHRASES: Readonly<Record<string, string>> = {
  avif: 'an AVIF picture',
  gif: 'a GIF picture',
  heic: 'a HEIC photo',
  html: 'an HTML page',
  mp4: 'an MP4 video',
  mov: 'a QuickTime video',
  pdf: 'a PDF document',
  psd: 'a Photoshop document',
  svg: 'an SVG drawing',
  text: 'a text file',
  tif: 'a TIFF picture',
  webp: 'a WebP picture',
  xml: 'an XML document',
  zip: 'a ZIP archive',
};

/** 4,100 bytes is what file-type needs to name the formats it knows. */
const HEAD_BYTES = 4100;

/** Says what a refused file looks like. It only names: it never decides what is accepted. */
export async function nameFileKind(head: Buffer): Promise<FileKind> {
  const start = head.subarray(0, HEAD_BYTES);
  const detected = markupOf(start) ?? (await signatureOf(start)) ?? (isText(start) ? 'text' : 'unknown');
  if (detected === 'unknown') return { detected, phrase: 'no kind of file that we know' };
  return { detected, phrase: PHRASES[detected] ?? `${detected.toUpperCase()} data` };
}

/** True when the bytes hold no control characters besides tab, line breaks and escape. */
export function isText(head: Buffer): boolean {
  return head.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13) || byte === 27);
}

function markupOf(head: Buffer): string | undefined {
  const text = head.toString('latin1');
  if (/^\s*<(!doctype\s+html|html|head|body|script)[\s>]/i.test(text)) return 'html';
  return isText(head) && /<svg[\s>]/i.test(text) ? 'svg' : undefined;
}

async function signatureOf(head: Buffer): Promise<string | undefined> {
  try {
    const ext = (await fileTypeFromBuffer(head))?.ext;
    // file-type goes by the two letters "BM" alone; who comes here is no bitmap.
    return ext === 'bmp' ? undefined : ext;
  } catch {
    // A hostile file may confuse the parser of a format that we refuse anyway; then it simply has no name.
    return undefined;
  }
}
