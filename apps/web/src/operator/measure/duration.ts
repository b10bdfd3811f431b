const UNITS = [
  { unit: 'day', s: 86_400 },
  { unit: 'hour', s: 3600 },
  { unit: 'minute', s: 60 },
  { unit: 'second', s: 1 },
] as const;
/** `narrow` is for where there is no room: `4m 12s`. */
type Style = 'short' | 'narrow';
type Unit = (typeof UNITS)[number]['unit'];

/** Below this, a tenth of a second says something. */
const EXACT_BELOW_S = 10;

/** How long, by its two largest units: `1 day 3 hr`, `4 min 12 sec`, `2.4 sec`. Never below zero. */
export function durationInWords(seconds: number, language: string, style: Style = 'short'): string {
  const isExact = seconds < EXACT_BELOW_S;
  const whole = isExact ? Math.max(0, seconds) : Math.round(seconds);
  const first = UNITS.findIndex(({ s }) => whole >= s);
  if (first === -1 || first === UNITS.length - 1)
    return amount(whole, 'second', language, style, isExact ? 1 : 0);
  const large = UNITS[first]!;
  const small = UNITS[first + 1]!;
  const rest = Math.floor((whole % large.s) / small.s);
  const words = [amount(Math.floor(whole / large.s), large.unit, language, style)];
  if (rest > 0) words.push(amount(rest, small.unit, language, style));
  return words.join(' ');
}

/** For running clocks, which would tremble with tenths. */
export function elapsedInWords(seconds: number, language: string): string {
  return seconds < EXACT_BELOW_S
    ? amount(Math.floor(Math.max(0, seconds)), 'second', language, 'short')
    : durationInWords(Math.floor(seconds), language);
}

/** `3 min ago`, by its largest unit. */
export function agoInWords(seconds: number, language: string): string {
  const { unit, s } = UNITS.find((each) => seconds >= each.s) ?? UNITS.at(-1)!;
  const count = Math.max(0, Math.floor(seconds / s));
  return new Intl.RelativeTimeFormat(language, { style: 'short' }).format(-count, unit);
}

function amount(value: number, unit: Unit, language: string, style: Style, digits = 0): string {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: style,
    maximumFractionDigits: digits,
  }).format(value);
}
