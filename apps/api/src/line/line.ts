import { Ageing } from './ageing.js';
import { BROKER_CLASSES, brokerClass, LEVELS } from './broker-class.js';
import { EntryTable } from './entry-table.js';
import { FairTurns } from './fair-turns.js';
import type { LineEntry, NextHandover } from './line-entry.js';
import { classOf, heldBand, isSameKey, keyOf, sentBand } from './line-key.js';
import { OrderedEntries } from './ordered-entries.js';
import { OwnerIndex } from './owner-index.js';
import { PlaceReasons, type MoveCause } from './place-reasons.js';

/**
 * The waiting tasks of one task type, in the order in which they will begin: by broker class; within a class those that
 * the broker has, as they were handed over, before those held, by level, turn and id. The store has the truth: what it
 * says is `put` or `remove`d here, once or several times, by whichever API instance it was done. All costs are O(log n);
 * a million entries take some 200 MB.
 */
export class Line {
  private readonly order: OrderedEntries;
  private readonly byOwner: OwnerIndex;
  private readonly fairTurns = Array.from({ length: LEVELS }, () => new FairTurns());
  private readonly ageing = new Ageing();
  private readonly reasons = new PlaceReasons();
  private readonly held: number[] = Array.from({ length: LEVELS }, () => 0);
  private readonly sent: number[] = Array.from({ length: BROKER_CLASSES }, () => 0);
  private changes = 0;

  /** @param table what waited before this process, added in any order; the line's own from here on */
  constructor(private readonly table = new EntryTable()) {
    const sorted = table.sorted();
    this.order = new OrderedEntries(sorted);
    this.byOwner = new OwnerIndex(table, sorted);
    for (const slot of sorted) {
      this.count(slot, 1);
      if (table.heldLevel(slot) === undefined) this.wasHandedOver(table.read(slot));
    }
  }

  static load(entries: Iterable<LineEntry>): Line {
    const table = new EntryTable();
    for (const entry of entries) table.add(entry);
    return new Line(table);
  }

  get size(): number {
    return this.table.size;
  }

  get heldCount(): number {
    return sum(this.held);
  }

  /** Distinct owners in the line. */
  get owners(): number {
    return this.table.owners.size;
  }

  /** Rises with every change; `movedBackBy` takes an earlier one. */
  get revision(): number {
    return this.changes;
  }

  /** How many the broker has in that class and those above. */
  sentCount(atLeastClass: number): number {
    return sum(this.sent.slice(atLeastClass));
  }

  /** Those that the broker has. */
  sentIds(): string[] {
    return this.sent.flatMap((count, sentClass) => {
      const band = sentBand(sentClass);
      const first = this.order.rank((slot) => this.table.band(slot) < band);
      return this.order.slice(first, first + count).map((slot) => this.table.id(slot));
    });
  }

  /** How many an owner has in the line, held and handed over. */
  waitingOf(owner: string): number {
    return this.table.owners.waitingOf(owner);
  }

  has(id: string): boolean {
    return this.table.slotOf(id) !== undefined;
  }

  get(id: string): LineEntry | undefined {
    const slot = this.table.slotOf(id);
    return slot === undefined ? undefined : this.table.read(slot);
  }

  /** From 1; null for what is not in the line. */
  place(id: string): number | null {
    const slot = this.table.slotOf(id);
    return slot === undefined ? null : this.order.rank(this.table.before(slot)) + 1;
  }

  /** @param place from 1 */
  at(place: number): LineEntry | undefined {
    const slot = this.order.at(place - 1);
    return slot === undefined ? undefined : this.table.read(slot);
  }

  /** The ids from one place to another, both included, in order. */
  idsBetween(from: number, to: number): string[] {
    return this.order.slice(from - 1, to).map((slot) => this.table.id(slot));
  }

  /**
   * The turn of a newcomer, to be stored with it before it is `put`. It is kept in mind until then, so that an album whose
   * photos come all at once gets a turn for each.
   */
  join(owner: string, level: number): number {
    const ownHighest = this.byOwner.highestTurn(owner, level);
    return this.fairTurns[level]!.join(owner, this.lowestTurn(level), ownHighest);
  }

  /** The newcomer will not be put: it could not be stored. Without this its turn is lost to the owner for a while. */
  abandon(owner: string, level: number, turn: number): void {
    this.fairTurns[level]!.settle(owner, turn);
  }

  /** Adds the entry, or moves it to where it stands now: newly queued, handed over, given back, retry delay over. */
  put(entry: LineEntry): void {
    this.changes += 1;
    const slot = this.table.slotOf(entry.id);
    if (slot === undefined) this.add(entry);
    else this.move(slot, entry);
  }

  /** It began, was cancelled, expired, rests until its next attempt, or was erased. False if it was not in the line. */
  remove(id: string): boolean {
    const slot = this.table.slotOf(id);
    if (slot === undefined) return false;
    this.changes += 1;
    this.detach(slot);
    this.table.release(slot);
    return true;
  }

  /**
   * Who is to be handed over next, and in which class it is to be published. Changes nothing. Undefined when nobody is held,
   * or when those who are must first let one of a lower class begin (see `Ageing`).
   */
  nextHeld(): NextHandover | undefined {
    const next = this.ageing.pick(this.held);
    const slot = next && this.firstHeld(next.level);
    return slot === undefined ? undefined : { entry: this.table.read(slot), brokerClass: next!.brokerClass };
  }

  /**
   * The same as `put` with the order and the class of the handover, which may also be one that another instance did.
   * @param sentClass the class of `nextHeld` where it is left out, the level's own for anybody whose turn it is not
   * @returns undefined where there is no such held entry
   */
  handOver(id: string, order: number, sentClass?: number): LineEntry | undefined {
    const entry = this.get(id);
    if (entry === undefined || entry.dispatched !== null) return undefined;
    const next = this.nextHeld();
    const ownClass = next?.entry.id === id ? next.brokerClass : brokerClass(entry.level);
    const sent = { ...entry, dispatched: order, sentClass: sentClass ?? ownClass };
    this.put(sent);
    return sent;
  }

  /**
   * Why somebody went before this entry, the last time that it happened since it joined, or since a later revision. Null
   * where it did not happen or is not remembered any more.
   */
  movedBackBy(id: string, sinceRevision = 0): MoveCause | null {
    const slot = this.table.slotOf(id);
    if (slot === undefined) return null;
    const since = Math.max(sinceRevision, this.table.joinedAt(slot));
    return this.reasons.causeFor(this.table.read(slot), since);
  }

  private add(entry: LineEntry): void {
    const slot = this.table.add(entry, this.changes);
    const rank = this.attach(slot);
    this.fairTurns[entry.level]!.settle(entry.owner, entry.turn);
    if (entry.dispatched !== null) this.wasHandedOver(entry);
    const anyBehind = rank < this.size - 1;
    if (anyBehind) this.reasons.inserted(entry, this.changes, entry.dispatched !== null);
  }

  private move(slot: number, entry: LineEntry): void {
    const before = this.table.read(slot);
    if (isSameKey(keyOf(before), keyOf(entry))) return this.table.write(slot, entry);
    const ownersBefore = this.byOwner.holdingAt(before.level);
    const handedOver = before.dispatched === null && entry.dispatched !== null;
    const heldBefore = [...this.held];
    const from = this.detach(slot);
    this.table.write(slot, entry);
    const to = this.attach(slot);
    if (handedOver) {
      const { owner, level, turn } = before;
      const sentClass = classOf(this.table.band(slot));
      this.ageing.handedOver(level, sentClass, heldBefore, this.sent);
      this.fairTurns[level]!.handedOver(owner, turn, {
        ownersBefore,
        lowestTurn: this.lowestTurn(level),
      });
    }
    if (from !== to) this.reasons.moved(before, entry, this.changes);
  }

  private wasHandedOver({ owner, level, turn }: LineEntry): void {
    this.fairTurns[level]!.wasHandedOver(owner, turn, this.lowestTurn(level));
  }

  private attach(slot: number): number {
    this.count(slot, 1);
    this.byOwner.insert(slot);
    return this.order.insert(slot, this.table.before(slot));
  }

  private detach(slot: number): number {
    this.count(slot, -1);
    this.byOwner.remove(slot);
    return this.order.remove(this.table.before(slot));
  }

  private count(slot: number, change: number): void {
    const level = this.table.heldLevel(slot);
    if (level !== undefined) {
      this.held[level]! += change;
      if (this.held[level] === 0) this.ageing.levelEmptied(level);
      return;
    }
    const sentClass = classOf(this.table.band(slot));
    this.sent[sentClass]! += change;
    if (change < 0) this.ageing.classMoved(sentClass);
  }

  private firstHeld(level: number): number | undefined {
    if (this.held[level] === 0) return undefined;
    const band = heldBand(level);
    return this.order.at(this.order.rank((slot) => this.table.band(slot) < band));
  }

  private lowestTurn(level: number): number | undefined {
    const slot = this.firstHeld(level);
    return slot === undefined ? undefined : this.table.turn(slot);
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
