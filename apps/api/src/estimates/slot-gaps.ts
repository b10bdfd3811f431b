interface Release {
  at: number;
  type: string;
}

/** A longer pause than this was no matter of fetching the next task: the worker's tap was closed, say. */
const LONGEST_GAP_MS = 10_000;
/** Of workers that were never heard of again. */
const MOST_WORKERS = 1000;

/**
 * How long a slot of a worker stays empty between two runs although somebody waits: settling, fetching, telling. All by
 * the worker's own clock.
 */
export class SlotGaps {
  private readonly releases = new Map<string, Release[]>();

  /** A run has ended at the worker while others waited. */
  ended(worker: string, release: Release): void {
    const open = this.releases.get(worker) ?? [];
    this.releases.delete(worker);
    this.releases.set(worker, [...open.filter(({ at }) => release.at - at <= LONGEST_GAP_MS), release]);
    if (this.releases.size > MOST_WORKERS) this.releases.delete(this.releases.keys().next().value!);
  }

  /** The worker has begun a run. @returns the gap before it and the type of the run before it, where it is known. */
  started(worker: string, at: number): { gapMs: number; type: string } | undefined {
    const release = this.releases.get(worker)?.pop();
    if (release === undefined) return undefined;
    const gapMs = at - release.at;
    return gapMs >= 0 && gapMs <= LONGEST_GAP_MS ? { gapMs, type: release.type } : undefined;
  }
}
