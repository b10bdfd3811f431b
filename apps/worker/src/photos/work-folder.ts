import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOGGER } from '../tokens.js';

/** `<PREFIX><host>.<pid>.<random>`: whose a folder is can be told from its name. */
const PREFIX = 'photo-repair-worker.';
const OWN_NAME = /^[a-z0-9-]+\.(\d+)\.[0-9a-f]{8}$/;

/**
 * The folder of this process for files that are there while a photo is worked on, below the system's temporary folder.
 * Nobody else may look into it. What a killed worker of this machine has left is deleted at the next start of any.
 */
@Injectable()
export class WorkFolder implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly path: string;
  private readonly hostPrefix: string;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly root: string = tmpdir(),
  ) {
    const host = hostname()
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]/g, '-');
    this.hostPrefix = `${PREFIX}${host}.`;
    this.path = join(root, `${this.hostPrefix}${process.pid}.${randomBytes(4).toString('hex')}`);
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const name of await readdir(this.root)) {
      if (!this.isLeftover(name)) continue;
      await rm(join(this.root, name), { recursive: true, force: true })
        .then(() => this.logger.info({ name }, 'deleted what a killed worker had left'))
        .catch((error: unknown) => this.logger.warn({ err: error, name }, 'a leftover could not be deleted'));
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  /** Does it with a new folder, which is deleted with all that is in it however that ends. */
  async use<T>(action: (folder: string) => Promise<T>): Promise<T> {
    // Each time: a system that tidies its temporary folder may have deleted it.
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(join(this.path, 'photo-'));
    try {
      return await action(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** A process has the id of this one only if it is dead: containers give the same ids again and again. */
  private isLeftover(name: string): boolean {
    if (!name.startsWith(this.hostPrefix) || join(this.root, name) === this.path) return false;
    const pid = OWN_NAME.exec(name.slice(PREFIX.length))?.[1];
    return pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid)));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
