import { StringMap } from './string-map.js';

/**
 * The owners who have something in the line, by number: one string and one number for each, however many photos it has.
 * A database brings the owner as a new string with every row.
 */
export class WaitingOwners {
  private readonly numbers = new StringMap();
  private readonly names: string[] = [];
  private readonly counts: number[] = [];
  private readonly free: number[] = [];

  /** Distinct owners. */
  get size(): number {
    return this.numbers.size;
  }

  /** Undefined for an owner with nothing in the line. */
  numberOf(name: string): number | undefined {
    return this.numbers.get(name);
  }

  name(number: number): string {
    return this.names[number]!;
  }

  /** How many entries of an owner there are. */
  waitingOf(name: string): number {
    const number = this.numbers.get(name);
    return number === undefined ? 0 : this.counts[number]!;
  }

  /** One entry more of the owner; returns the owner's number, which stays as long as it has any. */
  add(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) {
      this.counts[known]! += 1;
      return known;
    }
    const number = this.free.pop() ?? this.names.length;
    this.numbers.set(name, number);
    this.names[number] = name;
    this.counts[number] = 1;
    return number;
  }

  /** One entry less. */
  remove(number: number): void {
    this.counts[number]! -= 1;
    if (this.counts[number]! > 0) return;
    this.numbers.delete(this.name(number));
    this.names[number] = '';
    this.free.push(number);
  }
}
