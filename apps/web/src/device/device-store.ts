/**
 * The browser's store for this device. Where the person (or a private window) forbids it, one that lasts as long as
 * the page: everything works, only nothing is remembered.
 */
function openDeviceStore(): Storage {
  try {
    const probe = 'photo-repair.probe';
    window.localStorage.setItem(probe, '');
    window.localStorage.removeItem(probe);
    return window.localStorage;
  } catch {
    return new PageStore();
  }
}

class PageStore implements Storage {
  private readonly entries = new Map<string, string>();

  get length(): number {
    return this.entries.size;
  }
  clear(): void {
    this.entries.clear();
  }
  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  key(index: number): string | null {
    return [...this.entries.keys()][index] ?? null;
  }
  removeItem(key: string): void {
    this.entries.delete(key);
  }
  setItem(key: string, value: string): void {
    this.entries.set(key, value);
  }
}

/** What this device remembers between two visits. */
export const deviceStore: Storage = openDeviceStore();
