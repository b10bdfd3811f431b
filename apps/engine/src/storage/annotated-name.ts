import type { FileType } from '@app/comfyui';

const ANNOTATION = /^(.*) \[(input|output|temp)\]$/s;

/**
 * Splits a file name that says which folder it is in: `a.png [output]`. LoadImage and GET /view take such names.
 * `type` is absent where the name says nothing.
 */
export function parseAnnotatedName(text: string): { name: string; type?: FileType } {
  const match = ANNOTATION.exec(text);
  return match ? { name: match[1] as string, type: match[2] as FileType } : { name: text };
}
