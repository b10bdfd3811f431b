import type { HistoryEntry, HistoryResponse } from '@app/comfyui';

/**
 * How many finished prompts are remembered. A real server keeps 10,000; with the graphs of each that is more
 * memory than this engine is meant to take, and clients read an entry within seconds.
 */
const MAX_ENTRIES = 1000;

/** The finished prompts, oldest first. In memory only: gone after a restart, as on a real server. */
export class PromptHistory {
  private readonly entries = new Map<string, HistoryEntry>();

  /** A prompt id that ran before keeps its place and gets the new entry. */
  add(entry: HistoryEntry): void {
    this.entries.set(entry.prompt[1], entry);
    if (this.entries.size > MAX_ENTRIES) this.entries.delete(this.entries.keys().next().value as string);
  }

  get(promptId: string): HistoryEntry | undefined {
    return this.entries.get(promptId);
  }

  all(): HistoryEntry[] {
    return [...this.entries.values()];
  }

  /** `maxItems` entries from `offset` on; without an offset the last ones. */
  page(maxItems: number | undefined, offset: number | undefined): HistoryResponse {
    const all = [...this.entries];
    const from = offset ?? (maxItems === undefined ? 0 : Math.max(0, all.length - maxItems));
    return Object.fromEntries(all.slice(from, maxItems === undefined ? undefined : from + maxItems));
  }

  delete(promptId: string): void {
    this.entries.delete(promptId);
  }

  clear(): void {
    this.entries.clear();
  }
}
