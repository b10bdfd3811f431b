import { LEVELS } from './broker-class.js';
import type { EntryTable } from './entry-table.js';
import { heldBand } from './line-key.js';
import { OrderedEntries, type Before } from './ordered-entries.js';

/**
 * The entries of each owner side by side, and among themselves in the order of the line. So the highest turn of an owner
 * is found at the same cost whether it has one photo or a million, and is right whatever was cancelled.
 */
export class OwnerIndex {
  private readonly order: OrderedEntries;
  private readonly holding: number[] = Array.from({ length: LEVELS }, () => 0);

  /** @param sorted what the table has already, in the order of the line */
  constructor(
    private readonly table: EntryTable,
    sorted: Uint32Array<ArrayBuffer>,
  ) {
    // A stable sort, so that the order of the line stays within each owner.
    const grouped = sorted.slice().sort((a, b) => table.owner(a) - table.owner(b));
    this.order = new OrderedEntries(grouped);
    for (let rank = 0; rank < grouped.length; rank += 1) this.count(grouped[rank]!, [grouped[rank - 1]], 1);
  }

  /** Distinct owners with a held entry of that level. */
  holdingAt(level: number): number {
    return this.holding[level]!;
  }

  /** The highest turn among an owner's held entries of that level. */
  highestTurn(name: string, level: number): number | undefined {
    const { table } = this;
    const owner = table.owners.numberOf(name);
    if (owner === undefined) return undefined;
    const band = heldBand(level);
    const end = this.order.rank((slot) => {
      const others = table.owner(slot);
      return others === owner ? table.band(slot) <= band : others < owner;
    });
    const last = this.order.at(end - 1);
    if (last === undefined || table.owner(last) !== owner || table.band(last) !== band) return undefined;
    return table.turn(last);
  }

  insert(slot: number): void {
    const rank = this.order.insert(slot, this.before(slot));
    this.count(slot, [this.order.at(rank - 1), this.order.at(rank + 1)], 1);
  }

  remove(slot: number): void {
    const rank = this.order.remove(this.before(slot));
    this.count(slot, [this.order.at(rank - 1), this.order.at(rank)], -1);
  }

  /** An owner counts with its first held entry of a level, and no more without the last: no neighbour is another one. */
  private count(slot: number, neighbours: (number | undefined)[], change: number): void {
    const { table } = this;
    const level = table.heldLevel(slot);
    if (level === undefined) return;
    const owner = table.owner(slot);
    const band = table.band(slot);
    const holdsAnother = neighbours.some(
      (other) => other !== undefined && table.owner(other) === owner && table.band(other) === band,
    );
    if (!holdsAnother) this.holding[level]! += change;
  }

  private before(slot: number): Before {
    const { table } = this;
    const owner = table.owner(slot);
    const before = table.before(slot);
    return (other) => {
      const others = table.owner(other);
      return others === owner ? before(other) : others < owner;
    };
  }
}
