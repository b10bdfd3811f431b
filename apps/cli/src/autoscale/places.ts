import { engineAddress } from '@app/comfyui';
import { isLoopback } from '@app/runtime';
import { hostname } from 'node:os';
import { findByWorkerName } from './find-by-worker-name.js';
import type { Look, SeenWorker } from './look.js';

/** An engine with room for a worker, and a number that is free for its name. */
export interface Place {
  number: number;
  url: string;
}

/** Where workers may be: each engine has one, or as many as the operator lets share it. */
export class Places {
  /**
   * @param engines with credentials
   * @param isHere whether the worker of that name runs on this machine
   */
  constructor(
    private readonly engines: readonly string[],
    private readonly share: number,
    private readonly isHere = runsHere,
  ) {}

  /** The engine of a worker, with its credentials; undefined where it is not listed. */
  urlOf(address: string): string | undefined {
    return this.engines.find((url) => engineAddress(url) === address);
  }

  /** The first engine that fewest use. Engines of workers that are not ours count as taken, unless engines are shared. */
  free(ours: readonly { engine: string }[], others: Look['workers']): Place | undefined {
    const taken = new Set(this.share > 1 ? [] : others.flatMap((other) => this.usedBy(other)));
    for (let round = 0; round < this.share; round++) {
      for (const [index, url] of this.engines.entries()) {
        const address = engineAddress(url);
        const used = ours.filter(({ engine }) => engine === address).length;
        if (used <= round && !taken.has(address))
          return { number: round * this.engines.length + index + 1, url };
      }
    }
    return undefined;
  }

  /** Listed engines that workers use which are not ours, with their names. */
  lentOut(others: Look['workers']): string[] {
    return this.engines.map(engineAddress).flatMap((address) => {
      const user = others.find((other) => this.usedBy(other).includes(address));
      return user === undefined ? [] : [`${address} is used by ${user.name}`];
    });
  }

  /** A loopback address means another engine on each machine. */
  private usedBy({ name, engines }: SeenWorker): string[] {
    return engines.filter((address) => !isLoopback(new URL(address).hostname) || this.isHere(name));
  }
}

/** By the name that a worker gets unless it is told one (`HOST-PID`), or that it was started with. */
function runsHere(name: string): boolean {
  return name.startsWith(`${hostname()}-`) || findByWorkerName(name) !== undefined;
}
