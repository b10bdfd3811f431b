/** A host cannot ask for more, so that one wrong number does not put a delivery off for ever. */
const MOST_MS = 24 * 60 * 60 * 1000;

/**
 * What a Retry-After header asks to wait, in milliseconds, 0 to 24 hours; null where there is none that can be read.
 * Seconds, or one of the three forms of a date (RFC 9110, 10.2.3 and 5.6.7; the oldest has no zone and means GMT).
 */
export function retryAfterMs(header: string, now = Date.now()): number | null {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MOST_MS);
  if (!/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i.test(text)) return null;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), MOST_MS);
}
