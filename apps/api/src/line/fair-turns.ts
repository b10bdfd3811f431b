/** Owners with a join under way in one level of whom the last turn is kept: far more than there are uploads at a time. */
const JOINS_REMEMBERED = 1_024;

/** Steps are rounded up to it, so that n steps of 1/n are never a little less than a whole turn. A power of 2 adds up exactly. */
const GRAIN = 2 ** -20;

/** How a level stands after a handover. */
export interface AfterHandover {
  /** Owners who held entries of the level before it. */
  readonly ownersBefore: number;
  /** The lowest turn still held; undefined when nothing is. */
  readonly lowestTurn: number | undefined;
}

/**
 * The turns of one level: start-time fair queueing (Goyal, Vin, Cheng 1996) with photos of equal cost. An owner's photos
 * are one turn apart; a newcomer begins at the virtual time, which moves by 1/n with each handover while n owners wait.
 * It never runs so far ahead that a newcomer stood behind two photos of one owner, and never stays behind all who wait:
 * an album whose first half was cancelled would be overtaken by newcomers until the virtual time had caught up.
 */
export class FairTurns {
  private virtualTime = 0;
  /** The last turn handed over, of owners who had it sooner than their share: who comes back queues behind the others. */
  private readonly served = new Map<string, number>();
  /** The last turn given to an owner whose entries did not come yet (an album arrives many photos at a time). */
  private readonly joining = new Map<string, number>();

  /** @param ownHighest the highest turn that the owner has held; what was cancelled does not count */
  join(owner: string, lowestTurn: number | undefined, ownHighest: number | undefined): number {
    const last = Math.max(
      ownHighest ?? -Infinity,
      this.served.get(owner) ?? -Infinity,
      this.joining.get(owner) ?? -Infinity,
    );
    const turn = Math.max(this.virtualTime, lowestTurn ?? 0, last + 1);
    setLast(this.joining, owner, turn);
    if (this.joining.size > JOINS_REMEMBERED) deleteFirst(this.joining);
    return turn;
  }

  /** The entry with that turn came, or never will. */
  settle(owner: string, turn: number): void {
    const given = this.joining.get(owner);
    if (given !== undefined && given <= turn) this.joining.delete(owner);
  }

  handedOver(owner: string, turn: number, after: AfterHandover): void {
    const { ownersBefore, lowestTurn } = after;
    const now = Math.max(this.virtualTime, Math.min(turn, lowestTurn ?? turn));
    const step = Math.ceil(1 / ownersBefore / GRAIN) * GRAIN;
    const limit = (lowestTurn ?? Infinity) + 1 - GRAIN;
    this.virtualTime = Math.max(now, Math.min(now + step, limit));
    if (lowestTurn === undefined) this.served.clear();
    else this.remember(owner, turn);
  }

  /** Something was handed over when nobody looked: by an earlier process, or by another one that told late. */
  wasHandedOver(owner: string, turn: number, lowestTurn: number | undefined): void {
    this.virtualTime = Math.max(this.virtualTime, Math.min(turn, lowestTurn ?? turn));
    this.remember(owner, turn);
  }

  private remember(owner: string, turn: number): void {
    setLast(this.served, owner, Math.max(turn, this.served.get(owner) ?? turn));
    for (const [first, last] of this.served) {
      if (last + 1 > this.virtualTime) break;
      this.served.delete(first);
    }
    for (const [first, last] of this.joining) {
      if (last + 1 > this.virtualTime) break;
      this.joining.delete(first);
    }
  }
}

function setLast(turns: Map<string, number>, owner: string, turn: number): void {
  turns.delete(owner);
  turns.set(owner, turn);
}

function deleteFirst(turns: Map<string, number>): void {
  for (const owner of turns.keys()) {
    turns.delete(owner);
    return;
  }
}
