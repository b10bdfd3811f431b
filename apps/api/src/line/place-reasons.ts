import type { LineEntry } from './line-entry.js';
import { isBefore, keyOf, type LineKey } from './line-key.js';

/** Why a place rose: somebody of a higher level, somebody's earlier fair turn, or what the broker or a worker gave back. */
export type MoveCause = 'priority' | 'fair_share' | 'returned';

/** Beyond it the older half is forgotten. Who looks every few seconds asks for the newest few. */
const INSERTIONS_REMEMBERED = 4_096;
/** One leap in five handovers at most, and everybody whom an older one concerned is in the broker by then. */
const LEAPS_REMEMBERED = 64;

interface Insertion {
  readonly key: LineKey;
  readonly level: number;
  readonly returned: boolean;
  readonly revision: number;
}

/** A move within the line. It concerns those between the two points, or who moved, if that was towards the end. */
interface Leap extends Insertion {
  readonly from: LineKey;
}

/**
 * What went before whom. Of two insertions the newer one is the answer for everybody behind both, so that an older one
 * counts only while it is further ahead: from old to new the remembered ones stand ever further back, and the newest one
 * before an entry is found by halving.
 */
export class PlaceReasons {
  private insertions: Insertion[] = [];
  private readonly leaps: Leap[] = [];

  /** An entry came into the line before somebody. */
  inserted(entry: LineEntry, revision: number, returned: boolean): void {
    const key = keyOf(entry);
    while (this.insertions.length > 0 && !isBefore(this.insertions.at(-1)!.key, key)) this.insertions.pop();
    this.insertions.push({ key, level: entry.level, returned, revision });
    if (this.insertions.length > INSERTIONS_REMEMBERED) {
      this.insertions = this.insertions.slice(INSERTIONS_REMEMBERED / 2);
    }
  }

  /** An entry of the line passed somebody, or let somebody pass. */
  moved(from: LineEntry, to: LineEntry, revision: number): void {
    const returned = from.dispatched !== null;
    this.leaps.push({ key: keyOf(to), from: keyOf(from), level: to.level, returned, revision });
    if (this.leaps.length > LEAPS_REMEMBERED) this.leaps.shift();
  }

  /** The cause of the newest change since that revision which put the entry back; null if none is remembered. */
  causeFor(entry: LineEntry, since: number): MoveCause | null {
    const key = keyOf(entry);
    let newest = this.newestBefore(key);
    if (newest !== undefined && newest.revision <= since) newest = undefined;
    const leap = this.leaps.findLast((each) => concerns(each, key));
    if (leap !== undefined && leap.revision > (newest?.revision ?? since)) newest = leap;
    if (newest === undefined) return null;
    if (newest.returned) return 'returned';
    return newest.level > entry.level ? 'priority' : 'fair_share';
  }

  private newestBefore(key: LineKey): Insertion | undefined {
    let low = 0;
    let high = this.insertions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.insertions[middle]!.key, key)) low = middle + 1;
      else high = middle;
    }
    return this.insertions[low - 1];
  }
}

function concerns({ key: to, from }: Leap, key: LineKey): boolean {
  if (key.id === to.id) return isBefore(from, to);
  return isBefore(to, key) && isBefore(key, from);
}
