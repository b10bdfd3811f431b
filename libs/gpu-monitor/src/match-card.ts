import type { NvidiaCard } from './nvidia-card.js';

/** PyTorch's total lacks what the driver keeps for itself: some 0.4 of 24 GB, 1.5 of 80. */
const TOLERANCE = 0.05;

/**
 * The card that an engine works on, by its name and memory. Null where none fits, and where several do: the engine's
 * numbers are not the driver's, and a wrong card would close or open the wrong tap. A part of a divided card (MIG) has
 * less memory than its card and so fits none.
 */
export function matchCard(
  engine: { name: string; total: number },
  cards: readonly NvidiaCard[],
): NvidiaCard | null {
  const fitting = cards.filter(
    ({ memoryTotal }) =>
      memoryTotal !== null && Math.abs(memoryTotal - engine.total) <= TOLERANCE * memoryTotal,
  );
  const named = fitting.filter(({ name }) => plain(name) === plain(engine.name));
  const candidates = cards.length === 1 ? fitting : named;
  return candidates.length === 1 ? candidates[0]! : null;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/nvidia|\s/g, '');
}
