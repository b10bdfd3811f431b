/** What a floating-point quotient such as 0.15 / 0.05 may miss a whole number by. */
const TINY = 1e-9;

/**
 * The multiple of `step` nearest to a value (the upper one when it lies in the middle) that is inside the limits; the
 * value itself where there is no step. Needs a multiple between the limits, which the catalog checks. DDColor takes
 * multiples of 32 only: between 460 and 680, 460 becomes 480 and 680 becomes 672.
 */
export function snapNumber(
  value: number,
  { minimum, maximum, step }: { minimum: number; maximum: number; step: number | null },
): number {
  if (step === null) return value;
  const lowest = Math.ceil(minimum / step - TINY);
  const highest = Math.floor(maximum / step + TINY);
  const multiple = Math.min(highest, Math.max(lowest, Math.round(value / step + TINY)));
  // 3 * 0.05 is 0.15000000000000002.
  return Number((multiple * step).toFixed(10));
}

/** Whether there is a multiple between the limits at all. */
export function hasMultiple({
  minimum,
  maximum,
  step,
}: {
  minimum: number;
  maximum: number;
  step: number | null;
}): boolean {
  if (minimum > maximum) return false;
  return step === null || Math.ceil(minimum / step - TINY) <= Math.floor(maximum / step + TINY);
}
