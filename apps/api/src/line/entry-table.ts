import type { LineEntry } from './line-entry.js';
import { classOf, isSent, keyOf } from './line-key.js';
import type { Before } from './ordered-entries.js';
import { StringMap } from './string-map.js';
import { WaitingOwners } from './waiting-owners.js';

const CHUNK_BITS = 14;
const CHUNK_SIZE = 2 ** CHUNK_BITS;
const IN_CHUNK = CHUNK_SIZE - 1;

/** Columns of 16,384 entries. They are never copied to larger ones, which would leave holes in the process's memory. */
class Chunk {
  readonly ids: string[] = Array.from({ length: CHUNK_SIZE }, () => '');
  readonly bands = new Uint8Array(CHUNK_SIZE);
  /** The turn while held, the order of handover after that. */
  readonly ranks = new Float64Array(CHUNK_SIZE);
  readonly levels = new Uint8Array(CHUNK_SIZE);
  readonly owners = new Uint32Array(CHUNK_SIZE);
  readonly queued = new Float64Array(CHUNK_SIZE);
  readonly joined = new Float64Array(CHUNK_SIZE);
}

/**
 * The waiting tasks as columns: a slot number stands for an entry. As objects, with their numbers boxed, they would take
 * three times the memory. What became free is used again; the columns do not shrink.
 */
export class EntryTable {
  readonly owners = new WaitingOwners();
  private readonly slots = new StringMap();
  private used = 0;
  private readonly free: number[] = [];
  private readonly chunks: Chunk[] = [];
  /** The turns of those handed over, whose rank is another number. The broker has few; the rest is held. */
  private readonly sentTurns = new Map<number, number>();

  get size(): number {
    return this.slots.size;
  }

  slotOf(id: string): number | undefined {
    return this.slots.get(id);
  }

  /**
   * A new entry. One with a known id is not added: what was here first is newer than what is read from the store.
   * @param revision of the line at which the entry joined it
   */
  add(entry: LineEntry, revision = 0): number {
    const known = this.slots.get(entry.id);
    if (known !== undefined) return known;
    const slot = this.free.pop() ?? this.used++;
    if (slot >>> CHUNK_BITS === this.chunks.length) this.chunks.push(new Chunk());
    this.slots.set(entry.id, slot);
    const chunk = this.chunk(slot);
    const index = slot & IN_CHUNK;
    chunk.ids[index] = entry.id;
    chunk.owners[index] = this.owners.add(entry.owner);
    chunk.joined[index] = revision;
    this.write(slot, entry);
    return slot;
  }

  /** Another state of the same task; its owner stays. */
  write(slot: number, entry: LineEntry): void {
    const chunk = this.chunk(slot);
    const index = slot & IN_CHUNK;
    const { band, rank } = keyOf(entry);
    chunk.bands[index] = band;
    chunk.ranks[index] = rank;
    chunk.levels[index] = entry.level;
    chunk.queued[index] = entry.queuedAt;
    if (entry.dispatched === null) this.sentTurns.delete(slot);
    else this.sentTurns.set(slot, entry.turn);
  }

  read(slot: number): LineEntry {
    const chunk = this.chunk(slot);
    const index = slot & IN_CHUNK;
    const band = chunk.bands[index]!;
    const sent = isSent(band);
    return {
      id: this.id(slot),
      owner: this.owners.name(this.owner(slot)),
      level: chunk.levels[index]!,
      turn: this.turn(slot),
      dispatched: sent ? chunk.ranks[index]! : null,
      sentClass: sent ? classOf(band) : null,
      queuedAt: chunk.queued[index]!,
    };
  }

  release(slot: number): void {
    this.slots.delete(this.id(slot));
    this.owners.remove(this.owner(slot));
    this.sentTurns.delete(slot);
    this.chunk(slot).ids[slot & IN_CHUNK] = '';
    this.free.push(slot);
  }

  id(slot: number): string {
    return this.chunk(slot).ids[slot & IN_CHUNK]!;
  }

  /** The number of the owner. */
  owner(slot: number): number {
    return this.chunk(slot).owners[slot & IN_CHUNK]!;
  }

  band(slot: number): number {
    return this.chunk(slot).bands[slot & IN_CHUNK]!;
  }

  turn(slot: number): number {
    return this.sentTurns.get(slot) ?? this.rank(slot);
  }

  /** The level of a held entry; undefined once it was handed over. */
  heldLevel(slot: number): number | undefined {
    return isSent(this.band(slot)) ? undefined : this.chunk(slot).levels[slot & IN_CHUNK]!;
  }

  joinedAt(slot: number): number {
    return this.chunk(slot).joined[slot & IN_CHUNK]!;
  }

  /** Where the entry of a slot stands or is to stand. */
  before(slot: number): Before {
    return (other) => this.compare(other, slot) < 0;
  }

  /** All slots, in the order of the line. */
  sorted(): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(this.slots.values()).sort((a, b) => this.compare(a, b));
  }

  private compare(a: number, b: number): number {
    const bands = this.band(a) - this.band(b);
    if (bands !== 0) return bands;
    const ranks = this.rank(a) - this.rank(b);
    if (ranks !== 0 || a === b) return ranks;
    return this.id(a) < this.id(b) ? -1 : 1;
  }

  private rank(slot: number): number {
    return this.chunk(slot).ranks[slot & IN_CHUNK]!;
  }

  private chunk(slot: number): Chunk {
    return this.chunks[slot >>> CHUNK_BITS]!;
  }
}
