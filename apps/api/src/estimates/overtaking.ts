/** The last joins and begins that the rate is measured by: long enough to count a few, short enough to follow the day. */
const WINDOW = 100;
/** At most so many of those who begin have come later: after four of higher levels one of the others follows. */
const MOST = 0.8;

interface Join {
  place: number;
  /** Tasks begun before it. */
  begun: number;
}

/**
 * How often those who wait are overtaken by newcomers: by higher levels, by those who have fewer photos in line, by
 * retries. Counted in newcomers for each task that is begun, by the place that they took.
 */
export class Overtaking {
  private begun = 0;
  private readonly joins: Join[] = [];

  /** Somebody joined the line at `place`; `waiting` stood there before. At the very end nobody is overtaken. */
  joined(place: number, waiting: number): void {
    if (place > waiting) return;
    this.joins.push({ place, begun: this.begun });
    if (this.joins.length > WINDOW) this.joins.shift();
  }

  started(): void {
    this.begun += 1;
    while (this.joins[0] !== undefined && this.joins[0].begun < this.begun - WINDOW) this.joins.shift();
  }

  /**
   * For places in rising order: how many newcomers who stands there will have let pass until he begins. He moves up by
   * one with each begin and back with each newcomer before him.
   */
  expected(places: readonly number[]): { newcomers: number; rate: number }[] {
    const taken = this.joins.map(({ place }) => place).sort((a, b) => a - b);
    // Where the window of joins is full, the oldest of them says how many begins it covers.
    const covered =
      taken.length === WINDOW ? this.begun - this.joins[0]!.begun : Math.min(this.begun, WINDOW);
    let before = 0;
    let place = 0;
    let begins = 0;
    return places.map((next) => {
      let rate = 0;
      do {
        while (before < taken.length && taken[before]! <= Math.max(place, 1)) before += 1;
        rate = covered === 0 ? 0 : Math.min(before / covered, MOST);
        const until = Math.min(next, Math.max(taken[before] ?? Infinity, place + Number.EPSILON));
        begins += (until - place) / (1 - rate);
        place = until;
      } while (place < next);
      return { newcomers: begins - next, rate };
    });
  }
}
