/**
 * The multiple of `snapTo` nearest to a value (the upper one when it lies in the middle) that is inside the
 * limits. Needs a multiple between the limits, which the catalog checks. DDColor takes multiples of 32 only:
 * between 460 and 680, 460 becomes 480 and 680 becomes 672.
 */
export function snapInteger(
  value: number,
  limits: { minimum: number; maximum: number; snapTo: number },
): number {
  const { minimum, maximum, snapTo } = limits;
  const lowest = Math.ceil(minimum / snapTo);
  const highest = Math.floor(maximum / snapTo);
  return Math.min(highest, Math.max(lowest, Math.round(value / snapTo))) * snapTo;
}
