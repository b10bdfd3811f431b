import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.js';
import { writeJsonFile } from './json-file.js';
import { ownIdentity, takeLock } from './lock-file.js';
import { makeFolder } from './make-folder.js';
import { recordPath, runningSystemSchema, type RunningSystem } from './running-system.js';

/** Sees to it that one data folder has one launcher. The lock is the record of the running system itself. */
export class InstanceLock {
  private constructor(
    private readonly path: string,
    private record: RunningSystem,
  ) {}

  /** @throws CliError with the address of the system that runs. */
  static take(dataDir: string, url: string): InstanceLock {
    const path = recordPath(dataDir);
    const record: RunningSystem = { launcher: ownIdentity(), url, ready: false, addresses: [] };
    makeFolder(dirname(path), 'The folder for the data (DATA_DIR)');
    takeLock(path, record, {
      schema: runningSystemSchema,
      holderOf: ({ launcher }) => launcher,
      taken: (running) => new CliError(alreadyRunning(running, dataDir)),
    });
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
