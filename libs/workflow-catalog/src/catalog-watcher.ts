import { watch, type FSWatcher } from 'node:fs';
import { Catalog, type CatalogChange } from './catalog.js';
import { CatalogError } from './catalog.errors.js';
import { FolderWatch } from './folder-watch.js';
import { readContent } from './read-catalog.js';

/** How often the folder is looked at, and how long it has to have been quiet. Milliseconds. */
export interface CatalogWatcherOptions {
  /** 2000: what a network folder may miss to tell is seen by then. */
  pollMs?: number;
  /** 500: longer than an editor takes to write a file. */
  quietMs?: number;
  /** Gets what a listener of the catalog has thrown; without it the error is thrown into the process. */
  onError?: (error: unknown) => void;
}

/** Keeps a catalog as its folder is. Made by `watchCatalog`. */
export class CatalogWatcher {
  readonly catalog: Catalog;
  private readonly folder: FolderWatch;
  private readonly hints: FSWatcher | null;
  private readonly pollMs: number;
  private readonly quietMs: number;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    private readonly directory: string,
    private readonly options: CatalogWatcherOptions = {},
  ) {
    this.pollMs = options.pollMs ?? 2000;
    this.quietMs = options.quietMs ?? 500;
    this.folder = new FolderWatch(directory, this.quietMs);
    const content = readContent(directory, []);
    if (content.types.length === 0) throw new CatalogError(content.problems);
    this.catalog = new Catalog(content);
    this.hints = this.openHints();
    this.plan(this.pollMs);
  }

  /** Looks at the folder and takes over what is to be taken over; null where nothing is new. Called by itself. */
  look(nowMs = performance.now()): CatalogChange | null {
    if (!this.folder.look(nowMs)) return null;
    return this.catalog.replace(readContent(this.directory, this.catalog.types()));
  }

  /** Ends it; the catalog stays as it is. */
  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.hints?.close();
  }

  private plan(delayMs: number): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      try {
        this.look();
      } catch (error) {
        if (this.options.onError === undefined) throw error;
        this.options.onError(error);
      } finally {
        this.plan(this.folder.isPending ? Math.min(this.quietMs, this.pollMs) : this.pollMs);
      }
    }, delayMs);
    this.timer.unref();
  }

  /** Only makes it faster: not every file system tells of changes, and there may be no watches left. */
  private openHints(): FSWatcher | null {
    try {
      const hints = watch(this.directory, { persistent: false }, () => this.plan(0));
      hints.on('error', () => hints.close());
      return hints;
    } catch {
      return null;
    }
  }
}

/**
 * Reads a workflow folder as `readCatalog` does and goes on looking at it: a file that was added, changed or taken away is
 * taken over without a restart, as soon as it parses and nothing was written for half a second. A file that has become wrong
 * keeps its last good type, and its problem is in `catalog.problems`. A folder that was emptied, or is gone, takes no type
 * away. Throws a `CatalogError` where there is no type at all.
 */
export function watchCatalog(directory: string, options?: CatalogWatcherOptions): CatalogWatcher {
  return new CatalogWatcher(directory, options);
}
