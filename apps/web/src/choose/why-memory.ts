import { deviceStore } from '../device/device-store.js';
import type { Sight } from './suggestion.js';

const KEY = 'photo-repair.why';
/** The latest are kept; an album of 5,000 photos takes some 250 kB of the 5 MB that a page has. */
const KEPT = 5000;
/** Many photos are accepted at a time. */
const WRITE_AFTER_MS = 500;

/** Why photos were taken for what they were, on the device that decided it: the API keeps only what was decided. */
export class WhyMemory {
  private readonly reasons: Map<string, Sight>;
  private writing: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Storage) {
    this.reasons = new Map(read(store.getItem(KEY)));
  }

  remember(taskId: string, because: Sight): void {
    this.reasons.set(taskId, because);
    for (const oldest of this.reasons.keys()) {
      if (this.reasons.size <= KEPT) break;
      this.reasons.delete(oldest);
    }
    this.writing ??= setTimeout(() => {
      this.writing = undefined;
      this.write();
    }, WRITE_AFTER_MS);
  }

  of(taskId: string): Sight | null {
    return this.reasons.get(taskId) ?? null;
  }

  /** A device that is full keeps it until the page is closed. */
  private write(): void {
    try {
      this.store.setItem(KEY, JSON.stringify([...this.reasons]));
    } catch {
      this.store.removeItem(KEY);
    }
  }
}

function read(text: string | null): [string, Sight][] {
  try {
    const entries = JSON.parse(text ?? '[]') as unknown;
    return Array.isArray(entries) ? entries.filter(isReason) : [];
  } catch {
    return [];
  }
}

function isReason(entry: unknown): entry is [string, Sight] {
  return (
    Array.isArray(entry) &&
    typeof entry[0] === 'string' &&
    ['face', 'no_face', 'unknown'].includes(entry[1] as string)
  );
}

const memory = new WhyMemory(deviceStore);

/** Called when the API has taken a photo whose type was decided by a look at it. */
export function rememberWhy(taskId: string, because: Sight): void {
  memory.remember(taskId, because);
}

/** What was seen in the photo of a task; null where nobody looked, or another device did. */
export function whyOf(taskId: string): Sight | null {
  return memory.of(taskId);
}
