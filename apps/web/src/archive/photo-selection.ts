/** The chosen photos by their keys, and the one from which a range begins. */
export interface Selected {
  readonly keys: ReadonlySet<string>;
  readonly anchor: string | null;
}

export const NOTHING_SELECTED: Selected = { keys: new Set(), anchor: null };

/** Chooses a photo, or lets it go; it is where the next range begins. */
export function toggleOne({ keys }: Selected, key: string): Selected {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return { keys: next, anchor: key };
}

/**
 * Gives all photos from the anchor to `key`, in the order in which they are shown, what the anchor has: chosen or not.
 * The anchor stays. Without one that is still shown, it is as `toggleOne`.
 */
export function toggleRange(selected: Selected, key: string, order: readonly string[]): Selected {
  const { keys, anchor } = selected;
  const [from, to] = [anchor === null ? -1 : order.indexOf(anchor), order.indexOf(key)];
  if (from === -1 || to === -1) return toggleOne(selected, key);
  const isChosen = keys.has(anchor!);
  const next = new Set(keys);
  for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) {
    if (isChosen) next.add(one);
    else next.delete(one);
  }
  return { keys: next, anchor };
}

/** The same photos under other keys: from the key of an upload to that of its task. */
export function renameKeys({ keys, anchor }: Selected, renamed: ReadonlyMap<string, string>): Selected {
  const next = (key: string) => renamed.get(key) ?? key;
  return { keys: new Set([...keys].map(next)), anchor: anchor === null ? null : next(anchor) };
}

/** All of them besides what is chosen already. */
export function selectAll({ keys, anchor }: Selected, more: readonly string[]): Selected {
  return { keys: new Set([...keys, ...more]), anchor };
}
