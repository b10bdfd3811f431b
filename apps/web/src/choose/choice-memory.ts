import type { ParameterSpec, ParameterValue, ParameterValues, TaskTypeView } from '@app/contracts';
import type { Choice } from '../uploads/upload.js';
import { offeredTypes } from './offered-types.js';
import { canDecide } from './suggestion.js';

const KEY = 'photo-repair.choice';

/** What is taken where nobody chose: we look at the photo where that can decide something, else the first of the catalog. */
export function usualChoice(types: readonly TaskTypeView[]): Choice {
  const first = offeredTypes(types)[0];
  return { type: canDecide(types) || first === undefined ? 'auto' : first.type, parameters: {} };
}

/**
 * A remembered choice, as far as the catalog still has it: a type that is gone gives way to the usual choice, a parameter
 * that is gone or takes other values by now to its default.
 */
export function settleChoice(remembered: Choice | null, types: readonly TaskTypeView[]): Choice {
  const view = types.find(({ type }) => type === remembered?.type);
  if (remembered === null || view === undefined) return usualChoice(types);
  const kept = view.parameters.filter((spec) => takes(spec, remembered.parameters[spec.name]));
  return {
    type: view.type,
    parameters: Object.fromEntries(kept.map(({ name }) => [name, remembered.parameters[name]!])),
  };
}

function takes(spec: ParameterSpec, value: ParameterValue | undefined): boolean {
  if (value === undefined) return false;
  if (spec.kind === 'boolean') return typeof value === 'boolean';
  if (spec.kind === 'choice') return spec.choices.includes(String(value));
  return typeof value === 'number' && value >= spec.minimum && value <= spec.maximum;
}

/** Reads what an earlier visit wrote; null for nothing, or for what is not a choice. */
export function readChoice(text: string | null): Choice | null {
  if (text === null) return null;
  try {
    const { type, parameters } = JSON.parse(text) as { type?: unknown; parameters?: unknown };
    if (typeof type !== 'string' || typeof parameters !== 'object' || parameters === null) return null;
    return { type, parameters: parameters as ParameterValues };
  } catch {
    return null;
  }
}

/** The choice of this device, for React and for what runs beside it. */
export class ChoiceMemory {
  private readonly listeners = new Set<() => void>();
  private remembered: Choice | null;
  private types: readonly TaskTypeView[] | null = null;
  private settled: Choice;

  constructor(private readonly store: Storage) {
    this.remembered = readChoice(store.getItem(KEY));
    this.settled = this.remembered ?? usualChoice([]);
  }

  readonly current = (): Choice => this.settled;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Without a catalog the remembered choice stands as it is. */
  sawCatalog(types: readonly TaskTypeView[]): void {
    if (types === this.types) return;
    this.types = types;
    this.settle();
  }

  choose(choice: Choice): void {
    this.remembered = choice;
    this.store.setItem(KEY, JSON.stringify(choice));
    this.settle();
  }

  private settle(): void {
    this.settled =
      this.types === null ? (this.remembered ?? usualChoice([])) : settleChoice(this.remembered, this.types);
    for (const listener of this.listeners) listener();
  }
}
