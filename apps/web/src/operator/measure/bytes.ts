const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const STEP = 1024;

/** How many bytes, by the largest unit that leaves a whole one: `23.5 GB`. */
export function bytesInWords(bytes: number, language: string): string {
  const size = Math.max(0, bytes);
  const step = size < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log(size) / Math.log(STEP)));
  const value = size / STEP ** step;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[step]!,
    maximumFractionDigits: step > 2 && value < 100 ? 1 : 0,
  }).format(value);
}
