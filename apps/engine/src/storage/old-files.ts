import type { FileType } from '@app/comfyui';
import type { Logger } from '@app/runtime';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineFolders } from './engine-folders.js';

/** What old files are judged by. */
export interface OldFilesOptions {
  folders: EngineFolders;
  /** Files that nobody has written to for so long are deleted. */
  keepMs: number;
  /** Paths that waiting and running prompts name: they stay, however old. */
  inUse: () => ReadonlySet<string>;
  /** Called after files were deleted: results that name them are worth nothing. */
  onDeleted: () => void;
  logger: Logger;
}

const TYPES: readonly FileType[] = ['input', 'output', 'temp'];

/** A file is gone at the latest a sixth of its time after that is over. */
const LOOKS_PER_TIME = 6;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Deletes pictures that are older than `keepMs`: a real ComfyUI keeps them for ever, but nobody tidies up here. Who
 * wants a result fetches it within seconds. Folders stay, so that an upload that is on its way finds its own.
 */
export class OldFiles {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly options: OldFilesOptions) {}

  /** Looks now and then until `close`. */
  start(): void {
    const pauseMs = Math.min(this.options.keepMs / LOOKS_PER_TIME, LONGEST_PAUSE_MS);
    const look = () => {
      this.looking = this.deleteOld()
        .then(() => undefined)
        .catch((error: unknown) =>
          this.options.logger.error({ err: error }, 'old files could not be deleted'),
        )
        .finally(() => (this.timer = setTimeout(look, pauseMs).unref()));
    };
    look();
  }

  async close(): Promise<void> {
    await this.looking;
    clearTimeout(this.timer);
  }

  /** Gives how many. */
  async deleteOld(now = Date.now()): Promise<number> {
    const { folders, logger, onDeleted } = this.options;
    let deleted = 0;
    for (const type of TYPES) {
      const entries = await readdir(folders.of(type), { recursive: true, withFileTypes: true });
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile() && (await this.isOld(path, now)) && (await this.deleteIfUnused(path, now))) {
          deleted += 1;
        }
      }
    }
    if (deleted > 0) {
      logger.info({ deleted }, 'deleted old files');
      onDeleted();
    }
    return deleted;
  }

  /** Looks again while nothing else changes: an upload or a prompt may have asked for it meanwhile. */
  private deleteIfUnused(path: string, now: number): Promise<boolean> {
    const { folders, inUse } = this.options;
    return folders.changing.runExclusive(async () => {
      if (!(await this.isOld(path, now)) || inUse().has(path)) return false;
      await rm(path, { force: true });
      return true;
    });
  }

  private async isOld(path: string, now: number): Promise<boolean> {
    try {
      return now - (await stat(path)).mtimeMs > this.options.keepMs;
    } catch (error) {
      // Renamed or deleted meanwhile.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }
}
