import { folderFingerprint } from './workflow-folder.js';

/**
 * Says when a folder that has changed is to be read again: when it was quiet for a while, since editors write half files
 * and copies come piece by piece. Knows no timers; whoever looks says what time it is.
 */
export class FolderWatch {
  private taken: string;
  private seen: string;
  private seenSinceMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly directory: string,
    private readonly quietMs: number,
  ) {
    this.taken = folderFingerprint(directory);
    this.seen = this.taken;
  }

  /** Whether the folder differs from what was read last, quiet or not. As of the last look. */
  get isPending(): boolean {
    return this.seen !== this.taken;
  }

  /** Looks at the folder. True when it is to be read now; what is seen counts as read then. */
  look(nowMs: number): boolean {
    const now = folderFingerprint(this.directory);
    if (now !== this.seen) {
      this.seen = now;
      this.seenSinceMs = nowMs;
    }
    if (!this.isPending || nowMs - this.seenSinceMs < this.quietMs) return false;
    this.taken = this.seen;
    return true;
  }
}
