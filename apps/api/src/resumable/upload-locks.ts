import type { Lock, Locker } from '@tus/server';
import { ProblemException } from '../problems/problem.exception.js';

/** Whoever holds an upload lets go within milliseconds of being asked, unless the disk stands still. */
const PATIENCE_MS = 10_000;
const RETRY_AFTER_S = 1;

interface Holder {
  /** Asks it to end soon with what it has. */
  askToEnd: () => void;
  released: Promise<void>;
  release: () => void;
}

/**
 * One request at a time for each upload, of those that come to this process. The newest is in the right: a client that
 * asks again has lost the connection over which it asked before, whether we have noticed or not.
 */
export class UploadLocks implements Locker {
  private readonly holders = new Map<string, Holder>();

  newLock(id: string): Lock {
    let mine: Holder | undefined;
    return {
      lock: async (signal, askToEnd) => {
        mine = await this.acquire(id, signal, () => void askToEnd());
      },
      unlock: async () => {
        if (mine === undefined) return;
        this.holders.delete(id);
        mine.release();
        mine = undefined;
      },
    };
  }

  /** Does `work` while no request writes the upload, and none begins to. */
  async hold<T>(id: string, work: () => Promise<T>): Promise<T> {
    const lock = this.newLock(id);
    await lock.lock(new AbortController().signal, () => undefined);
    try {
      return await work();
    } finally {
      await lock.unlock();
    }
  }

  /** @throws ProblemException `not_ready.upload_busy` where nobody lets go. */
  private async acquire(id: string, signal: AbortSignal, askToEnd: () => void): Promise<Holder> {
    const until = performance.now() + PATIENCE_MS;
    for (let other = this.holders.get(id); other !== undefined; other = this.holders.get(id)) {
      other.askToEnd();
      const leftMs = until - performance.now();
      if (signal.aborted || !(await endsWithin(other.released, leftMs))) throw busy();
    }
    const holder = newHolder(askToEnd);
    this.holders.set(id, holder);
    return holder;
  }
}

function newHolder(askToEnd: () => void): Holder {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { askToEnd, released, release };
}

async function endsWithin(released: Promise<void>, ms: number): Promise<boolean> {
  if (ms <= 0) return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([released.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function busy(): ProblemException {
  return new ProblemException('not_ready.upload_busy', {}, { retryAfterS: RETRY_AFTER_S });
}
