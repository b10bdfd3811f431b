import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import { linked, readJsonFile, writeJsonFile } from '../system/json-file.js';
import { identityOf, isStillRunning, processIdentitySchema } from '../system/process-identity.js';

/** Sees to it that one folder has one supervisor. One that a killed supervisor has left is taken over. */
export class SupervisorLock {
  private constructor(private readonly path: string) {}

  /** @throws CliError with the number of the one that runs. */
  static take(dir: string): SupervisorLock {
    const path = join(dir, 'supervisor.json');
    const self = identityOf(process.pid);
    if (!self) throw new Error('This process cannot find itself.');
    // The file appears with its content, so that nobody finds it empty and takes it for a broken one.
    const offer = `${path}.offer-${process.pid}`;
    writeJsonFile(offer, self);
    try {
      while (!linked(offer, path)) {
        const holder = readJsonFile(path, processIdentitySchema);
        if (holder && isStillRunning(holder))
          throw new CliError(
            `photo-repair autoscale runs already (process ${holder.pid}) with the data in ${dir}. ` +
              'A second one needs a DATA_DIR of its own.',
          );
        rmSync(path, { force: true });
      }
    } finally {
      rmSync(offer, { force: true });
    }
    return new SupervisorLock(path);
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}
