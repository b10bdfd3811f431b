const MB = 1024 * 1024;

/** The size of a file as people know it: `820 kB`, `4.2 MB`. */
export function sizeInWords(bytes: number, language: string): string {
  const isBig = bytes >= 0.95 * MB;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: isBig ? 'megabyte' : 'kilobyte',
    maximumFractionDigits: isBig ? 1 : 0,
  }).format(isBig ? bytes / MB : Math.max(1, bytes / 1024));
}
