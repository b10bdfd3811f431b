import { Refused } from './refusal.js';

/** The fields of a foreign message, by any of their names. `null` is as if a field were absent. */
export class ForeignFields {
  constructor(private readonly body: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    return this.valuesOf([name]).length > 0;
  }

  /**
   * Undefined where it has none of the names.
   * @throws Refused `malformed` where two of them say different things.
   */
  one(...names: string[]): unknown {
    const [first, ...others] = this.valuesOf(names);
    const said = JSON.stringify(first);
    if (others.every((other) => JSON.stringify(other) === said)) return first;
    throw new Refused('malformed', `${listed(names)} mean the same, and say different things.`);
  }

  /** A text of 1 to `most` characters. @throws Refused `malformed`. */
  text(most: number, ...names: string[]): string | null {
    const value = this.one(...names);
    if (value === undefined) return null;
    if (typeof value === 'string' && value !== '' && value.length <= most) return value;
    throw new Refused('malformed', `"${this.nameOf(names)}" has to be a text of 1 to ${most} characters.`);
  }

  /** A text as above, or a number, which is taken for its digits. @throws Refused `malformed`. */
  id(most: number, ...names: string[]): string | null {
    const value = this.one(...names);
    return typeof value === 'number' ? String(value) : this.text(most, ...names);
  }

  /** @throws Refused `malformed`. */
  object(...names: string[]): Record<string, unknown> | null {
    const value = this.one(...names);
    if (value === undefined) return null;
    if (isObject(value)) return value;
    throw new Refused('malformed', `"${this.nameOf(names)}" has to be an object.`);
  }

  /** @throws Refused `malformed`. */
  number(...names: string[]): number | null {
    const value = this.one(...names);
    if (value === undefined) return null;
    if (typeof value === 'number') return value;
    throw new Refused('malformed', `"${this.nameOf(names)}" has to be a number.`);
  }

  /** Absent is no. @throws Refused `malformed`. */
  flag(...names: string[]): boolean {
    const value = this.one(...names) ?? false;
    if (typeof value === 'boolean') return value;
    throw new Refused('malformed', `"${this.nameOf(names)}" has to be true or false.`);
  }

  private nameOf(names: readonly string[]): string {
    return names.find((name) => this.has(name)) ?? names[0]!;
  }

  private valuesOf(names: readonly string[]): unknown[] {
    const { body } = this;
    return names.flatMap((name) => (Object.hasOwn(body, name) && body[name] !== null ? [body[name]] : []));
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
