import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { linked, readJsonFile, writeJsonFile } from './json-file.js';
import { identityOf, isStillRunning, processIdentitySchema } from './process-identity.js';

/**
 * Ports that launchers of one user have chosen: RabbitMQ listens only seconds after its port was chosen, and a
 * second launcher that starts meanwhile would choose the same. One small file per port; it counts for as long as
 * the process lives that wrote it.
 */
export class PortReservations {
  constructor(private readonly dir = join(tmpdir(), `photo-repair-ports-${userInfo().uid}`)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** True when the port is now ours; false when another living process has reserved it. */
  take(port: number): boolean {
    const file = join(this.dir, String(port));
    const self = identityOf(process.pid);
    if (!self) throw new Error('This process cannot find itself.');
    // The file appears with its content, so that nobody finds it empty and takes it for a broken one.
    const offer = `${file}-${process.pid}`;
    writeJsonFile(offer, self);
    try {
      while (!linked(offer, file)) {
        const holder = readJsonFile(file, processIdentitySchema);
        if (holder?.pid === self.pid && holder.started === self.started) return true;
        if (holder && isStillRunning(holder)) return false;
        rmSync(file, { force: true });
      }
      return true;
    } finally {
      rmSync(offer, { force: true });
    }
  }
}
