/** How closely two values have to agree. */
export interface ShapeOptions {
  /** Whether `actual` may have members that `expected` has not: newer servers add some. */
  allowExtra: boolean;
}

/**
 * Where the shape of `actual` departs from that of `expected`: missing members, other types, and members too many.
 * Values do not matter, but null where something is expected does. Of an array only the first entry is looked at.
 */
export function shapeDifferences(
  expected: unknown,
  actual: unknown,
  options: ShapeOptions,
  at = '$',
): string[] {
  if (expected === null) return []; // nothing is known about what may stand here instead
  if (kindOf(expected) !== kindOf(actual)) return [`${at}: ${kindOf(actual)} instead of ${kindOf(expected)}`];
  if (Array.isArray(expected)) {
    const [first] = expected as unknown[];
    const [actualFirst] = actual as unknown[];
    if (first === undefined || actualFirst === undefined) return [];
    return shapeDifferences(first, actualFirst, options, `${at}[0]`);
  }
  if (typeof expected !== 'object') return [];
  const wanted = expected as Record<string, unknown>;
  const found = actual as Record<string, unknown>;
  const missing = Object.keys(wanted).flatMap((key) =>
    key in found
      ? shapeDifferences(wanted[key], found[key], options, `${at}.${key}`)
      : [`${at}.${key}: missing`],
  );
  const extra = options.allowExtra ? [] : Object.keys(found).filter((key) => !(key in wanted));
  return [...missing, ...extra.map((key) => `${at}.${key}: not expected`)];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
