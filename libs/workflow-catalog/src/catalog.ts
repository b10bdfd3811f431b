import { splitVersion } from './file-key.js';
import type { CatalogProblem } from './catalog.errors.js';
import type { TaskType } from './task-type.js';

/** What a new reading of the workflow folder has changed. */
export interface CatalogChange {
  /** Keys that were not there before. */
  added: readonly string[];
  /** Keys that are not there any more. */
  removed: readonly string[];
  /** Keys whose type has other words, parameters or another workflow now. */
  changed: readonly string[];
  /** What is wrong in the folder now; may be all that is new. */
  problems: readonly CatalogProblem[];
}

/** What a catalog holds at one time. */
export interface CatalogContent {
  types: readonly TaskType[];
  problems: readonly CatalogProblem[];
}

/**
 * All task types, by key. The object stays the same while its content is replaced (`watchCatalog`), so it can be handed
 * round once; what was taken out of it before does not change.
 */
export class Catalog {
  private byKey: ReadonlyMap<string, TaskType> = new Map();
  private found: readonly CatalogProblem[] = [];
  private readonly listeners = new Set<(change: CatalogChange) => void>();

  constructor(content: CatalogContent) {
    this.replace(content);
  }

  /** In the order of the keys, so that every process lists them alike. */
  types(): TaskType[] {
    return [...this.byKey.values()];
  }

  /** What is wrong in the folder; the types that it concerns are missing, or are as they were before. */
  get problems(): readonly CatalogProblem[] {
    return this.found;
  }

  /**
   * By key. A key without a version gives the type without one, or else the one with the highest version. Undefined for a
   * key that no workflow has.
   */
  get(key: string): TaskType | undefined {
    const exact = this.byKey.get(key);
    if (exact || splitVersion(key).version !== null) return exact;
    const versions = this.types().filter(({ view }) => splitVersion(view.type).name === key);
    return versions.reduce<TaskType | undefined>(
      (best, type) => ((best?.view.version ?? 0) > (type.view.version ?? 0) ? best : type),
      undefined,
    );
  }

  /**
   * By whatever a program may call it: its key, its workflow's file with or without `.json`, or an alias; however the
   * program composes its characters.
   */
  find(asked: string): TaskType | undefined {
    const name = asked.normalize('NFC').replace(/\.json$/, '');
    return (
      this.get(asked) ??
      this.types().find((type) => type.workflowFile.normalize('NFC') === `${name}.json`) ??
      this.types().find((type) => type.aliases.some((alias) => alias.normalize('NFC') === name))
    );
  }

  /**
   * Calls the listener after every change of the content; gives a function that ends it. An error that a listener throws
   * reaches whoever has replaced the content, after all listeners were told.
   */
  onChange(listener: (change: CatalogChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Takes over another content and tells the listeners; null where nothing differs. For who reads the folder. */
  replace({ types, problems }: CatalogContent): CatalogChange | null {
    const before = this.byKey;
    const sorted = [...types].sort((a, b) => (a.view.type < b.view.type ? -1 : 1));
    const after = new Map(sorted.map((type) => [type.view.type, type]));
    const change: CatalogChange = {
      added: [...after.keys()].filter((key) => !before.has(key)),
      removed: [...before.keys()].filter((key) => !after.has(key)),
      changed: [...after].flatMap(([key, type]) => (before.get(key)?.isSameAs(type) === false ? [key] : [])),
      problems,
    };
    const isSame =
      [change.added, change.removed, change.changed].every((keys) => keys.length === 0) &&
      JSON.stringify(problems) === JSON.stringify(this.found);
    if (isSame) return null;
    this.byKey = after;
    this.found = problems;
    const errors: unknown[] = [];
    for (const listener of this.listeners) {
      try {
        listener(change);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
    return change;
  }
}
