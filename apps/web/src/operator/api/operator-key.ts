const PLACE = 'photo-repair.operator-key';

/** Why there is no key (any more): nobody has given one, an operator has left, or the API does not take it. */
export type KeyEnd = 'none' | 'left' | 'refused';

/**
 * The key that this tab asks with. It is kept until the tab is closed, and no other tab sees it; where a browser keeps
 * nothing, until the page is loaded again.
 */
class OperatorKey {
  private key = recall();
  private end: KeyEnd = 'none';
  private readonly listeners = new Set<() => void>();

  readonly read = (): string | null => this.key;

  readonly readEnd = (): KeyEnd => this.end;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  keep(key: string): void {
    this.change(key, 'none');
    try {
      sessionStorage.setItem(PLACE, key);
    } catch (error) {
      console.info('The key is kept until this page is loaded again.', error);
    }
  }

  forget(end: KeyEnd): void {
    this.change(null, end);
    try {
      sessionStorage.removeItem(PLACE);
    } catch (error) {
      console.info('This browser keeps nothing.', error);
    }
  }

  private change(key: string | null, end: KeyEnd): void {
    this.key = key;
    this.end = end;
    for (const listener of this.listeners) listener();
  }
}

function recall(): string | null {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

export const operatorKey = new OperatorKey();
