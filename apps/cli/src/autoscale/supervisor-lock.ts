import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import { ownIdentity, takeLock } from '../system/lock-file.js';
import { processIdentitySchema } from '../system/process-identity.js';

/** Sees to it that one folder has one supervisor. */
export class SupervisorLock {
  private constructor(private readonly path: string) {}

  /** @throws CliError with the number of the one that runs. */
  static take(dir: string): SupervisorLock {
    const path = join(dir, 'supervisor.json');
    takeLock(path, ownIdentity(), {
      schema: processIdentitySchema,
      holderOf: (holder) => holder,
      taken: ({ pid }) =>
        new CliError(
          `photo-repair autoscale runs already (process ${pid}) with the data in ${dir}. ` +
            'A second one needs a DATA_DIR of its own.',
        ),
    });
    return new SupervisorLock(path);
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}
