/** So many courses of events are played through for a forecast; the 10 % and 90 % marks then rest on 20 each. */
export const REPLICAS = 200;

/** Columns of draws; what needs more begins again with the first. */
const COLUMNS = 160;
const SEED = 0x5eed;

/**
 * Random numbers that are the same ones each time, in every process: two forecasts from nearly the same figures are
 * nearly the same, so that a range that somebody watches moves only when something has happened. In each column the
 * replicas have one number from each 200th of the range (Latin hypercube), which steadies the marks.
 */
class FixedDraws {
  private readonly uniforms = new Float64Array(REPLICAS * COLUMNS);
  private readonly normals = new Float64Array(REPLICAS * COLUMNS);

  constructor() {
    const random = mulberry32(SEED);
    for (let column = 0; column < COLUMNS; column++) {
      for (const [replica, stratum] of shuffled(REPLICAS, random).entries()) {
        const uniform = (stratum + random()) / REPLICAS;
        this.uniforms[column * REPLICAS + replica] = uniform;
        this.normals[column * REPLICAS + replica] = normalQuantile(uniform);
      }
    }
  }

  /** In (0, 1). */
  uniform(replica: number, column: number): number {
    return this.uniforms[(column % COLUMNS) * REPLICAS + replica]!;
  }

  /** From the standard normal distribution; not independent of the uniform one of the same column. */
  normal(replica: number, column: number): number {
    return this.normals[(column % COLUMNS) * REPLICAS + replica]!;
  }
}

export const fixedDraws = new FixedDraws();

/** A small generator of good uniform numbers (Tommy Ettinger, public domain). */
export function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Tukey's lambda approximation of the normal quantile: within 0.01 up to three standard deviations. */
function normalQuantile(share: number): number {
  return (share ** 0.135 - (1 - share) ** 0.135) / 0.1975;
}
