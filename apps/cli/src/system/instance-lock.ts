import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.js';
import { linked, readJsonFile, writeJsonFile } from './json-file.js';
import { makeFolder } from './make-folder.js';
import { identityOf, isStillRunning } from './process-identity.js';
import { findRunningSystem, recordPath, runningSystemSchema, type RunningSystem } from './running-system.js';

/** Sees to it that one data folder has one launcher. The lock is the record of the running system itself. */
export class InstanceLock {
  private constructor(
    private readonly path: string,
    private record: RunningSystem,
  ) {}

  /**
   * Takes the lock; one that a killed launcher left behind is taken over, also when its process number lives on
   * in another program.
   * @throws CliError with the address of the system that runs.
   */
  static take(dataDir: string, url: string): InstanceLock {
    const path = recordPath(dataDir);
    const launcher = identityOf(process.pid);
    if (!launcher) throw new Error('This process cannot find itself.');
    const record: RunningSystem = { launcher, url, ready: false, addresses: [] };
    makeFolder(dirname(path), 'The folder for the data (DATA_DIR)');
    const offer = `${path}.offer-${process.pid}`;
    writeJsonFile(offer, record);
    try {
      while (!linked(offer, path)) {
        const running = findRunningSystem(dataDir);
        if (running) throw new CliError(alreadyRunning(running, dataDir));
        removeStale(path);
      }
    } finally {
      rmSync(offer, { force: true });
    }
    return new InstanceLock(path, record);
  }

  /** Tells the other commands where things answer. */
  publish(change: Partial<Omit<RunningSystem, 'launcher'>>): void {
    this.record = { ...this.record, ...change };
    writeJsonFile(this.path, this.record);
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

function alreadyRunning(running: RunningSystem, dataDir: string): string {
  return [
    `photo-repair is running already: ${running.url} (process ${running.launcher.pid}, data in ${dataDir}).`,
    'Stop it with Ctrl-C there, or start a second one with a folder and a port of its own: DATA_DIR=./data-2 API_PORT=3001 npm start',
  ].join('\n');
}

/** Moves the stale lock away before judging it again: between our look and now another launcher may have taken it. */
function removeStale(path: string): void {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readJsonFile(aside, runningSystemSchema);
  if (moved && isStillRunning(moved.launcher)) linked(aside, path);
  rmSync(aside, { force: true });
}
